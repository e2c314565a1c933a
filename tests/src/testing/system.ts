import { randomUUID } from 'node:crypto';
import { audit } from '@frontrow/audit/audit';
import type { AuditOptions } from '@frontrow/audit/audit';
import type { Breach } from '@frontrow/audit/invariant';
import { Fan } from '@frontrow/stack/fan';
import type { Subgraph } from '@frontrow/stack/layout';
import type { KeptProcess } from '@frontrow/stack/processes/kept-process';
import type { Stack } from '@frontrow/stack/stack';
import { manyAccounts } from '@frontrow/stack/testing/accounts';
import { startStoryStack } from '@frontrow/stack/testing/story-stack';
import type { StoryStackOptions } from '@frontrow/stack/testing/story-stack';
import { confirmEmailOf } from './mails.ts';

/** A whole Frontrow: real servers, real processes, the real gateway. */
export interface System {
  readonly stack: Stack;
  readonly url: string;
  readonly operator: Fan;
  /** What `npm run audit` finds once everything has come to rest. */
  audit(options?: Pick<AuditOptions, 'redeliveryMs'>): Promise<Breach[]>;
  stop(): Promise<void>;
}

/** Starts a system for one story, which may change its settings, stop its parts for long, and tamper with its data. */
export const startSystem = async (options: StoryStackOptions = {}): Promise<System> =>
  systemOf(await startStoryStack(options));

/** The system of all stories outside `own-system` and `rehearsals`, with two replicas of every service. Each story leaves it as it found it. */
export async function sharedSystem(): Promise<System> {
  const { sharedStack } = globalThis as { sharedStack?: Stack };
  if (sharedStack === undefined)
    throw new Error('there is no shared system: run this story alone through jest, in band');
  return { ...(await systemOf(sharedStack)), stop: () => Promise.resolve() };
}

async function systemOf(stack: Stack): Promise<System> {
  const url = stack.gatewayUrl;
  return {
    stack,
    url,
    operator: await Fan.logIn(url, stack.operator.email, stack.operator.password),
    audit: (options) => audit({ databaseUrl: (service) => stack.databaseUrl(service), ...options }),
    stop: () => stack.stop(),
  };
}

/** All processes of a service, or all brokers: there may be several. */
export const processesOf = (
  { processes }: Stack,
  name: Subgraph | 'gateway' | 'nats' | 'mysql',
): KeptProcess[] => processes.filter((process) => process.name.replace(/-\d+$/, '') === name);

/** Ends all of them by force, and does `work` while none of them is there. */
export const killAllAndThen = (victims: readonly KeptProcess[], work: () => Promise<void>): Promise<void> =>
  victims.reduce((then, victim) => () => victim.killAndThen(then), work)();

export interface Sale {
  readonly concertId: string;
  readonly scheduleId: string;
  readonly seats: { id: string; label: string; price: number }[];
}

/** A concert for one story, with its waiting room open. */
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

/** A member of staff, who admits people at the door and does nothing else. */
export async function aMemberOfStaff(system: System): Promise<Fan> {
  const { operator, url } = system;
  const email = await confirmEmailOf(system, await Fan.register(url));
  await operator.ask('mutation ($email: String!) { addStaff(email: $email) { __typename } }', { email });
  return Fan.logIn(url, email, 'a-long-enough-password');
}

/** Changes a waiting room. It opens on an event: that of a concert that was just made is waited for. */
export async function configureRoom(operator: Fan, concertId: string, change: object): Promise<void> {
  await operator.until<{ configureWaitingRoom: { __typename: string } }>(
    `mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) { __typename } }`,
    { input: { concertId, ...change } },
    ({ configureWaitingRoom }) => configureWaitingRoom.__typename === 'WaitingRoom',
  );
}

/** A fan who is logged in, has points, and is admitted. */
export async function admittedFan(
  { url }: System,
  { concertId }: Sale,
  points = 10_000,
): Promise<{ fan: Fan; pass: string; ticketId: string }> {
  const fan = await Fan.register(url);
  if (points > 0) await fan.charge(points);
  return { fan, ...(await fan.waitForAdmission(concertId)) };
}

/** Fans with wallets, made without signing up. Because they are many, each looks less often. */
export async function crowdOf({ stack, url }: System, size: number): Promise<Fan[]> {
  const accounts = await manyAccounts(stack, size, { withWallets: true });
  const fans = accounts.map(({ id, token }) => new Fan(url, token, id));
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
