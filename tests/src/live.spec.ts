import { randomFrom } from '@frontrow/kit/testing/random';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { cutConnections } from './testing/cut-connections.ts';
import { followByCurl, followByWebSocket } from './testing/follow.ts';
import type { Following } from './testing/follow.ts';
import { admittedFan, concertOnSale, crowdOf, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';
import { rush, skipGrace } from './testing/waiting-room-rush.ts';

let system: System;

beforeAll(async () => {
  system = await sharedSystem();
}, 120_000);

interface Place {
  queuePosition: {
    position: number;
    status: string;
    concert: { title: string; venue: { name: string } } | null;
  };
}
const placeQuery = `subscription ($ticketId: ID!) {
  queuePosition(ticketId: $ticketId) { position status concert { title venue { name } } }
}`;

/** A line in which one fan at a time may shop, with `length` fans waiting behind. */
async function lineOf(length: number): Promise<{ sale: Sale; fans: { fan: Fan; ticketId: string }[] }> {
  const sale = await concertOnSale(system, { maxActive: 1 });
  const fans: { fan: Fan; ticketId: string }[] = [];
  for (const fan of await crowdOf(system, length + 1))
    fans.push({ fan, ticketId: await fan.enterQueue(sale.concertId) });
  return { sale, fans };
}

const positions = ({ values }: Following<Place>) => values.map(({ queuePosition }) => queuePosition.position);

describe('the position in the line, live', () => {
  it('is followed from 50 down to admission, by a graphql-ws client and by curl', async () => {
    const { fans } = await lineOf(50);
    const { fan, ticketId } = fans.at(-1)!;
    const followers = [
      followByWebSocket<Place>(fan, placeQuery, { ticketId }),
      followByCurl<Place>(fan, placeQuery, { ticketId }),
    ];
    for (const follower of followers) {
      const first = await follower.until(() => true);
      expect(first.queuePosition).toMatchObject({
        position: 50,
        status: 'WAITING',
        concert: { venue: { name: 'Story Hall' } },
      });
    }
    for (const [i, other] of fans.slice(0, -1).entries()) {
      await other.fan.leaveQueue(other.ticketId);
      if (i % 10 === 0) for (const follower of followers) await follower.until(at(50 - i - 1));
    }
    for (const follower of followers) {
      await follower.until(({ queuePosition }) => queuePosition.status === 'ADMITTED');
      expect(positions(follower)).toEqual([...new Set(positions(follower))].sort((a, b) => b - a));
    }
    await fan.leaveQueue(ticketId);
    for (const follower of followers) {
      await follower.until(({ queuePosition }) => queuePosition.status === 'LEFT');
      await follower.ended;
    }
  }, 60_000);

  it.each(['queue', 'gateway', 'nats'])(
    'is right again soon after %s was killed and is back',
    async (name) => {
      const { fans } = await lineOf(6);
      const { fan, ticketId } = fans.at(-1)!;
      const follower = followByWebSocket<Place>(fan, placeQuery, { ticketId });
      await follower.until(at(6));
      const victim = system.stack.process(name);
      victim.kill('SIGKILL');
      await victim.waitUntilReady();
      await fans[2]!.fan.until<object>(
        'mutation ($ticketId: ID!) { leaveQueue(ticketId: $ticketId) { __typename } }',
        { ticketId: fans[2]!.ticketId },
        () => true,
      );
      await follower.until(at(5), 5_000);
      follower.stop();
    },
    60_000,
  );

  it('is shown to nobody else', async () => {
    const { fans } = await lineOf(1);
    const stranger = followByWebSocket<Place>(fans[0]!.fan, placeQuery, { ticketId: fans[1]!.ticketId });
    await expect(stranger.ended).rejects.toThrow('FORBIDDEN');
    expect(stranger.values).toEqual([]);
  });
});

const at = (position: number) => (place: Place) => place.queuePosition.position === position;

describe('a reservation, live', () => {
  it('is followed from PENDING to CONFIRMED, with its payment, to its end', async () => {
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const { reservationId: id } = (await fan.hold(sale.scheduleId, pass, {
      bestAvailable: { count: 1 },
    })) as SeatHoldAnswer;
    const follower = followByWebSocket<{
      reservationChanged: {
        status: string;
        payment: { status: string; wallet: { id: string; balance: number } } | null;
      };
    }>(
      fan,
      `subscription ($id: ID!) {
        reservationChanged(id: $id) { status payment { status wallet { id balance } } }
      }`,
      { id },
    );
    await follower.until(({ reservationChanged }) => reservationChanged.status === 'PENDING');
    await fan.pay(id);
    await follower.until(
      ({ reservationChanged: { status, payment } }) =>
        status === 'CONFIRMED' && payment?.status === 'COMPLETED',
    );
    await fan.cancel(id);
    await follower.until(({ reservationChanged }) => reservationChanged.status === 'CANCELLED');
    await follower.until(({ reservationChanged: { payment } }) => payment?.status === 'REFUNDED');
    await follower.ended;
    expect(follower.values.at(-1)?.reservationChanged).toMatchObject({
      status: 'CANCELLED',
      payment: { status: 'REFUNDED', wallet: { balance: 10_000 } },
    });
  }, 30_000);
});

describe('what was just given', () => {
  // Each is called once, without a retry.
  it('can be used at once, in whichever service', async () => {
    for (let i = 0; i < 10; i++) {
      const sale = await concertOnSale(system);
      const fan = await Fan.register(system.url);
      const charged = await fan.ask<any>(
        `mutation { chargePoints(input: { amount: 10000, idempotencyKey: "c" }) {
          ... on PointEntry { wallet { balance } } ... on Refusal { code } } }`,
      );
      expect(charged.chargePoints).toEqual({ wallet: { balance: 10_000 } });
      const { pass } = await fan.waitForAdmission(sale.concertId);
      const held = await fan.ask<any>(
        `mutation ($input: HoldSeatsInput!) {
          holdSeats(input: $input) { ... on SeatHold { reservationId reservation { status saga { id } } } }
        }`,
        {
          input: {
            ...{ scheduleId: sale.scheduleId, admissionToken: pass, idempotencyKey: 'h' },
            bestAvailable: { count: 1 },
          },
        },
      );
      const id = held.holdSeats.reservationId;
      expect(held.holdSeats.reservation).toEqual({ status: 'PENDING', saga: { id } });
      const isPaying = i % 2 === 0;
      const operation = isPaying
        ? 'answer: pay(input: { reservationId: $id, idempotencyKey: "p" }) { ... on Payment { status } ... on Refusal { code } }'
        : 'answer: cancelReservation(id: $id) { ... on Reservation { status } ... on Refusal { code } }';
      const { answer } = await fan.ask<any>(`mutation ($id: ID!) { ${operation} }`, { id });
      expect(answer).toEqual({ status: isPaying ? 'COMPLETED' : 'CANCELLED' });
    }
  }, 60_000);

  it('opens the room of a concert to whoever enters at once', async () => {
    const { concert } = await system.operator.ask<any>(
      `mutation { concert: createConcert(input: { title: "Now", artist: "A", description: "", venueName: "V",
        venueAddress: "S", salesOpenAt: "2026-01-01T00:00:00.000Z" }) { ... on Concert { id waitingRoom { status } } } }`,
    );
    expect(concert.waitingRoom).toEqual({ status: 'OPEN' });
    const { enterQueue } = await system.operator.ask<any>(
      'mutation ($id: ID!) { enterQueue(concertId: $id) { ... on QueueTicket { number } ... on Refusal { code } } }',
      { id: concert.id },
    );
    expect(enterQueue).toEqual({ number: 1 });
  });
});

describe('a seat map, live', () => {
  it('shows what others hold and buy', async () => {
    const sale = await concertOnSale(system);
    const { fan: followingFan } = await admittedFan(system, sale);
    const follower = followByWebSocket<{
      seatsChanged: { schedule: { id: string }; seats: { id: string; status: string }[] };
    }>(
      followingFan,
      'subscription ($id: ID!) { seatsChanged(scheduleId: $id) { schedule { id } seats { id status } } }',
      { id: sale.scheduleId },
    );
    await follower.until(() => true);
    const { fan, pass } = await admittedFan(system, sale);
    const seat = sale.seats[7]!.id;
    const { reservationId } = (await fan.hold(sale.scheduleId, pass, { seatIds: [seat] })) as SeatHoldAnswer;
    const shows = (status: string) => () =>
      follower.values.some(({ seatsChanged }) =>
        seatsChanged.seats.some((s) => s.id === seat && s.status === status),
      );
    await follower.until(shows('HELD'));
    await fan.pay(reservationId);
    await follower.until(shows('SOLD'));
    follower.stop();
  }, 30_000);
});

describe('a thousand connections that are cut off', () => {
  it('at every stage are not noticed by any subscriber, and end no process', async () => {
    const { sale, fans } = await lineOf(3);
    const { fan, ticketId } = fans.at(-1)!;
    const follower = followByWebSocket<Place>(fan, placeQuery, { ticketId });
    await follower.until(at(3));
    const { pid } = system.stack.process('gateway');
    expect(pid).toEqual(expect.any(Number));
    const cut = await cutConnections(system.url, sale.scheduleId, 1_000, randomFrom());
    const stages = Object.keys(cut).length;
    expect({ stages, pid: system.stack.process('gateway').pid }).toEqual({ stages: 12, pid });
    await fans[1]!.fan.leaveQueue(fans[1]!.ticketId);
    await follower.until(at(2), 5_000);
    // If the follower had been cut off, it would have been sent its position again.
    expect(positions(follower)).toEqual([3, 2]);
    follower.stop();
  }, 120_000);
});

describe('a rush into the waiting room', () => {
  it('gives each fan a number and the right position, admits no more than there is room for, and ends', async () => {
    const wrongs = await rush(system, {
      count: 300,
      maxActive: 20,
      shopsForMs: 300,
      leaveWithinMs: 2_000,
      passGrace: skipGrace,
    });
    expect(wrongs).toEqual([]);
    expect(await system.audit()).toEqual([]);
  }, 120_000);
});
