import { seedConcerts } from '@frontrow/stack/seed-data';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { concertOnSale, configureRoom, crowdOf } from '../testing/system.ts';
import type { System } from '../testing/system.ts';

interface Scene {
  readonly concertId: string;
  readonly scheduleId: string;
}

export interface Scenes {
  /** A hall in which fans hold some seats. */
  readonly hall: Scene;
  /** A waiting room in which nobody is admitted for now. */
  readonly line: Scene;
  /** A hall of 100,000 seats. */
  readonly large: Scene;
}

export async function crowdedHall(system: System): Promise<Scene> {
  const scene = await find(system, 1);
  const { schedule } = await system.operator.ask<{ schedule: { seats: { id: string; row: number }[] } }>(
    'query ($id: ID!) { schedule(id: $id) { seats { id row } } }',
    { id: scene.scheduleId },
  );
  const fans = await crowdOf(system, 30);
  await Promise.all(
    fans.map(async (fan, index) => {
      const { pass } = await fan.waitForAdmission(scene.concertId);
      // The front is fuller than the back, as in real halls.
      const first = Math.floor((index / fans.length) ** 1.6 * (schedule.seats.length - 8));
      const seatIds = schedule.seats.slice(first, first + 4).map(({ id }) => id);
      await fan.hold(scene.scheduleId, pass, { seatIds });
    }),
  );
  return scene;
}

export async function longLine(system: System): Promise<Scene> {
  const scene = await find(system, 0);
  await configureRoom(system.operator, scene.concertId, { maxActive: 1, admitPerSecond: 0.05 });
  for (const fan of await crowdOf(system, 12)) await fan.enterQueue(scene.concertId);
  return scene;
}

/**
 * A purchase that was paid and then cancelled by its fan.
 * @returns its id
 */
export async function endedPurchase(
  { url, operator }: System,
  { concertId, scheduleId }: Scene,
): Promise<string> {
  const fan = await Fan.register(url, 'Jiho Lee');
  await fan.charge(1_000_000);
  const { pass } = await fan.waitForAdmission(concertId);
  const { reservationId } = (await fan.hold(scheduleId, pass, {
    bestAvailable: { count: 2 },
  })) as SeatHoldAnswer;
  await fan.reservationUntil(reservationId, 'PENDING');
  await fan.pay(reservationId);
  await fan.reservationUntil(reservationId, 'CONFIRMED');
  await fan.cancel(reservationId);
  await operator.until<{ saga: { status: string } | null }>(
    'query ($id: ID!) { saga(id: $id) { status } }',
    { id: reservationId },
    ({ saga }) => saga?.status === 'COMPENSATED',
  );
  return reservationId;
}

/** A hall with four prices, twenty sections, and 100,000 seats. */
export async function largeHall(system: System): Promise<Scene> {
  const { concertId } = await concertOnSale(system);
  const sections = Array.from({ length: 20 }, (_, n) => ({
    name: `${'ABCD'.charAt(Math.floor(n / 5))}${(n % 5) + 1}`,
    price: 200_000 - 40_000 * Math.floor(n / 5),
    rows: 50,
    seatsPerRow: 100,
  }));
  const { schedule } = await system.operator.ask<{ schedule: { id: string } }>(
    `mutation ($input: AddScheduleInput!) { schedule: addSchedule(input: $input) { ... on Schedule { id } } }`,
    {
      input: {
        concertId,
        startsAt: new Date(Date.now() + 40 * 24 * 60 * 60 * 1_000).toISOString(),
        sections,
      },
    },
  );
  return { concertId, scheduleId: schedule.id };
}

/** One of the concerts that a new system begins with. */
async function find({ url }: System, index: number): Promise<Scene> {
  const visitor = await Fan.register(url);
  const { concerts } = await visitor.ask<{
    concerts: { edges: { node: { id: string; schedules: { id: string }[] } }[] };
  }>('query ($search: String!) { concerts(search: $search) { edges { node { id schedules { id } } } } }', {
    search: seedConcerts[index]?.title,
  });
  const concert = concerts.edges[0]?.node;
  return { concertId: concert?.id ?? '', scheduleId: concert?.schedules[0]?.id ?? '' };
}
