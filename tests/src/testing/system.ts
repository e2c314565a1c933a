import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '@frontrow/stack/audit/audit';
import type { AuditOptions, Breach } from '@frontrow/stack/audit/audit';
import { Fan } from '@frontrow/stack/fan';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import { startStack } from '@frontrow/stack/stack';
import type { Stack } from '@frontrow/stack/stack';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';

/** A whole Frontrow of a story's own: real servers, real processes, the real gateway. */
export interface System {
  readonly stack: Stack;
  readonly url: string;
  readonly operator: Fan;
  /** What `npm run audit` finds, once everything has come to rest. */
  audit(options?: Pick<AuditOptions, 'redeliveryMs'>): Promise<Breach[]>;
  stop(): Promise<void>;
}

/** `npm test` compiles the services before it tells stories. Alone, a story is about the source. */
export const compiled = process.env['FRONTROW_COMPILED'] === 'yes';

export interface SystemOptions {
  readonly replicas?: number;
  /** Settings that differ from those of `npm start`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Whether the database survives a crash of the machine, for what is measured and not only watched. */
  readonly durable?: boolean;
}

export async function startSystem({
  replicas = 1,
  environment = {},
  durable = false,
}: SystemOptions = {}): Promise<System> {
  const home = await mkdtemp(join(tmpdir(), 'frontrow-story-'));
  const stack = await startStack({
    home,
    ports: await freeLayoutPorts({ replicas, natsServers: 1 }),
    replicas,
    durable,
    cache: cacheFolder,
    compiled,
    environment: {
      LOG_LEVEL: 'warn',
      // Stories are one address; what an address may ask is the gateway's own test.
      REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
      REQUESTS_PER_MINUTE_PER_VIEWER: '0',
      ...environment,
    },
  });
  const url = stack.gatewayUrl;
  return {
    stack,
    url,
    operator: await Fan.logIn(url, stack.operator.email, stack.operator.password),
    audit: (options) => audit({ databaseUrl: (service) => stack.databaseUrl(service), ...options }),
    stop: async () => {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface Sale {
  readonly concertId: string;
  readonly scheduleId: string;
  readonly seats: { id: string; label: string; price: number }[];
}

/** A concert of its own for a story, with its waiting room open. */
export async function concertOnSale(
  { operator }: System,
  { rows = 5, seatsPerRow = 10, price = 100, maxSeatsPerFan = 4, maxActive = 5_000 } = {},
): Promise<Sale> {
  const { concert } = await operator.ask<{ concert: { id: string } }>(
    `mutation ($input: CreateConcertInput!) { concert: createConcert(input: $input) { ... on Concert { id } } }`,
    {
      input: {
        title: `밤의 노래 ${randomUUID().slice(0, 8)}`,
        artist: 'The Stories',
        description: 'A concert for one story',
        venueName: 'Story Hall',
        venueAddress: '1 Story Street, Seoul',
        salesOpenAt: '2026-01-01T00:00:00.000Z',
        maxSeatsPerFan,
      },
    },
  );
  const { schedule } = await operator.ask<{ schedule: { id: string; seats: Sale['seats'] } }>(
    `mutation ($input: AddScheduleInput!) {
      schedule: addSchedule(input: $input) { ... on Schedule { id seats { id label price } } }
    }`,
    {
      input: {
        concertId: concert.id,
        startsAt: new Date(Date.now() + 30 * 24 * 60 * 60 * 1_000).toISOString(),
        sections: [{ name: 'A', price, rows, seatsPerRow }],
      },
    },
  );
  await configureRoom(operator, concert.id, { maxActive, admitPerSecond: 5_000 });
  return { concertId: concert.id, scheduleId: schedule.id, seats: schedule.seats };
}

/** Changes a waiting room. It opens on an event: that of a concert that was just made is waited for. */
export async function configureRoom(operator: Fan, concertId: string, change: object): Promise<void> {
  await operator.until<{ configureWaitingRoom: { __typename: string } }>(
    `mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) { __typename } }`,
    { input: { concertId, ...change } },
    ({ configureWaitingRoom }) => configureWaitingRoom.__typename === 'WaitingRoom',
  );
}

/** Somebody who is logged in, has points, and has been let in. */
export async function admittedFan(
  { url }: System,
  { concertId }: Sale,
  points = 10_000,
): Promise<{ fan: Fan; pass: string; ticketId: string }> {
  const fan = await Fan.register(url);
  if (points > 0) await fan.charge(points);
  return { fan, ...(await fan.waitForAdmission(concertId)) };
}

/** Registers many fans, some at a time: hashing passwords is meant to be slow. So many together have to look less often. */
export async function crowdOf({ url }: System, size: number): Promise<Fan[]> {
  const fans: Fan[] = [];
  while (fans.length < size) {
    const group = Math.min(25, size - fans.length);
    fans.push(...(await Promise.all(Array.from({ length: group }, () => Fan.register(url)))));
  }
  for (const fan of fans) fan.lookAgainMs = 250;
  return fans;
}

/** What one fan can see of a purchase, across all services. */
export interface Sight {
  readonly reservation: string;
  readonly because: string | null;
  readonly payment: string | null;
  readonly seats: string[];
  readonly balance: number;
  readonly ticket: string;
}

const sightQuery = `query ($id: ID!) {
  reservation(id: $id) {
    status endedBecause payment { status } seats { seatId } schedule { seats { id status } }
  }
  me { wallet { balance } queueTickets { id status } }
}`;

interface Seen {
  reservation: {
    status: string;
    endedBecause: string | null;
    payment: { status: string } | null;
    seats: { seatId: string }[];
    schedule: { seats: { id: string; status: string }[] };
  } | null;
  me: { wallet: { balance: number }; queueTickets: { id: string; status: string }[] };
}

/** Waits until the fan sees exactly this, in all services. */
export async function seesInTheEnd(fan: Fan, reservationId: string, expected: Partial<Sight>): Promise<void> {
  let last: Sight | undefined;
  const isExpected = (data: Seen) => {
    last = sightOf(data);
    return last !== undefined && Object.entries(expected).every(([name, value]) => isSame(last, name, value));
  };
  await fan.until<Seen>(sightQuery, { id: reservationId }, isExpected, 30_000).catch(() => undefined);
  expect(last).toMatchObject(expected);
}

const isSame = (sight: Sight | undefined, name: string, value: unknown) =>
  JSON.stringify(sight?.[name as keyof Sight]) === JSON.stringify(value);

function sightOf({ reservation, me }: Seen): Sight | undefined {
  if (reservation === null) return undefined;
  const statusOf = new Map(reservation.schedule.seats.map(({ id, status }) => [id, status]));
  return {
    reservation: reservation.status,
    because: reservation.endedBecause,
    payment: reservation.payment?.status ?? null,
    seats: reservation.seats.map(({ seatId }) => statusOf.get(seatId) ?? 'UNKNOWN'),
    balance: me.wallet.balance,
    ticket: me.queueTickets[0]?.status ?? 'NONE',
  };
}
