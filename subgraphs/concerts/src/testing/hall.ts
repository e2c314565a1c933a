import { closeBroker, connectBroker } from '@frontrow/events/broker';
import { Outbox } from '@frontrow/events/outbox';
import { Relay } from '@frontrow/events/relay';
import { Attachments } from '@frontrow/kit/attachments';
import { openDatabase } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { testIds } from '@frontrow/kit/testing/ids';
import { anOperator, subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Answer, SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWTVerifyGetKey } from 'jose';
import { startConcertFollowers } from '../concert-followers.ts';
import { createContext } from '../context.ts';
import { createHandlers } from '../handlers.ts';
import { createSaleDependencies } from '../operations/sale-dependencies.ts';
import { resolvers, typeDefs } from '../schema.ts';
import { startSeatMaps } from '../seat-maps.ts';
import { Layouts } from '../layouts.ts';
import { SeatPlans } from '../seat-plans.ts';
import { entities } from '../storage/entities.ts';
import { migrations } from '../storage/migrations.ts';

const day = 24 * 60 * 60 * 1_000;
export const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

/** The service's handlers. Nobody waits for passes to close. */
export const handlers = createHandlers(() => undefined);

/** The subgraph twice over one database, like two replicas, each with its own pool of connections. */
export interface Hall {
  readonly outbox: Outbox;
  readonly replicas: readonly [SubgraphUnderTest, SubgraphUnderTest];
  /** Signs a pass, as the queue would. */
  readonly admit: (viewer: Viewer, concertId: string, claims?: PassClaims) => Promise<string>;
  /** Publishes what both replicas emit from now on. */
  readonly publish: () => void;
  readonly close: () => Promise<void>;
}

export interface PassClaims {
  readonly ticketId?: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** When the pass ends, in s from now. */
  readonly expiresIn?: number;
  readonly key?: CryptoKey;
}

export async function openHall(passKeys?: JWTVerifyGetKey): Promise<Hall> {
  const first = await freshDatabase({ entities, migrations });
  const log = createLogger('test', 'silent');
  const second = await openDatabase({ url: first.url, connections: 20, entities, migrations, log });
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const keys = passKeys ?? createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test' }] });
  const urls = [process.env['TEST_NATS_URL'] ?? ''];
  const broker = await connectBroker({ urls, service: 'concerts', replicas: 1, log });
  const closing: (() => Promise<unknown>)[] = [];
  const replica = (database: typeof second) => {
    const outbox = new Outbox(database, 'concerts');
    const seatMaps = startSeatMaps(database.manager, broker, log);
    const concertFollowers = startConcertFollowers(database.manager, broker, log);
    closing.push(
      () => seatMaps.stop(),
      () => concertFollowers.stop(),
    );
    const saleDeps = createSaleDependencies({ outbox, ids: testIds, passKeys: keys, holdSeconds: 300 });
    const seatPlans = new SeatPlans(database.manager);
    const layouts = new Layouts(database.manager);
    const attachments = new Attachments();
    const shared = { saleDeps, seatMaps, concertFollowers, seatPlans, layouts, attachments };
    return subgraphUnderTest(typeDefs, resolvers, (viewer) => createContext(shared, viewer));
  };
  const outbox = new Outbox(first.database, 'concerts');
  return {
    outbox,
    replicas: [replica(first.database), replica(second)],
    publish: () => {
      const relay = new Relay(outbox, broker, log);
      closing.push(() => relay.stop());
    },
    admit: (viewer, concertId, claims = {}) => signPass(viewer, concertId, { key: privateKey, ...claims }),
    close: async () => {
      for (const stop of closing) await stop();
      await closeBroker(broker);
      await second.destroy();
      await first.drop();
    },
  };
}

const signPass = (viewer: Viewer, concertId: string, claims: PassClaims & { key: CryptoKey }) =>
  new SignJWT({ concert: concertId })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
    .setIssuer(claims.issuer ?? 'frontrow/queue')
    .setAudience(claims.audience ?? 'frontrow/concerts')
    .setSubject(viewer.id)
    .setJti(claims.ticketId ?? newId())
    .setExpirationTime(Math.floor(Date.now() / 1_000) + (claims.expiresIn ?? 600))
    .sign(claims.key);

export interface OnSale {
  readonly concertId: string;
  readonly scheduleId: string;
  /** By rank. */
  readonly seats: readonly { id: string; section: string; row: number; number: number }[];
}

const aSection = { name: 'A', price: 100_000, rows: 10, seatsPerRow: 10 };

/** A concert with one schedule, on sale unless `concert` says otherwise. */
export async function putOnSale(
  { replicas: [subgraph] }: Hall,
  { sections = [aSection], concert = {} }: { sections?: (typeof aSection)[]; concert?: object } = {},
): Promise<OnSale> {
  const { concertId } = await create(subgraph, concert);
  const { data } = await subgraph.execute(
    anOperator(),
    `mutation ($input: AddScheduleInput!) {
      addSchedule(input: $input) { ... on Schedule { id seats { id section row number } } }
    }`,
    { input: { concertId, startsAt: inDays(30), sections } },
  );
  return { concertId, scheduleId: data.addSchedule.id, seats: data.addSchedule.seats };
}

export async function create(subgraph: SubgraphUnderTest, concert: object): Promise<{ concertId: string }> {
  const input = {
    title: 'Winter Light',
    artist: 'The Northern Choir',
    description: '',
    venueName: 'Harbour Hall',
    venueAddress: '1 Quay Street',
    salesOpenAt: inDays(-1),
    ...concert,
  };
  const { data } = await subgraph.execute(
    anOperator(),
    'mutation ($input: CreateConcertInput!) { createConcert(input: $input) { ... on Concert { id } } }',
    { input },
  );
  return { concertId: data.createConcert.id };
}

export const holdSeats = (
  subgraph: SubgraphUnderTest,
  viewer: Viewer | null,
  input: object,
): Promise<Answer> =>
  subgraph.execute(
    viewer,
    `mutation ($input: HoldSeatsInput!) {
      holdSeats(input: $input) {
        __typename
        ... on SeatHold {
          reservationId total expiresAt reservation { id }
          seats { id section row number label price status version }
        }
        ... on SeatsTaken { seatIds message }
        ... on Refusal { code retryable retryAfterSeconds }
      }
    }`,
    { input: { idempotencyKey: newId(), ...input } },
  );

/** Counts every seat and hold, and compares that with what the hall says about itself. They must agree. */
export async function audit({ outbox: { database } }: Hall, scheduleId: string) {
  const one = async (sql: string): Promise<Record<string, number>> => {
    const [row] = await database.query<Record<string, string | null>[]>(sql, [scheduleId]);
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
  };
  return {
    counted: await one(
      'SELECT SUM(held) AS held, SUM(sold) AS sold FROM section_counts WHERE schedule_id = ?',
    ),
    recounted: await one(
      `SELECT SUM(status = 'HELD') AS held, SUM(status = 'SOLD') AS sold FROM seats WHERE schedule_id = ?`,
    ),
    fansWhoseSeatsAreMiscounted: await one(
      `SELECT COUNT(*) AS fans FROM fan_seats LEFT JOIN (
         SELECT holds.concert_id, holds.user_id, COUNT(*) AS seats FROM seats
         JOIN holds ON holds.reservation_id = seats.reservation_id GROUP BY holds.concert_id, holds.user_id
       ) AS recount USING (concert_id, user_id)
       JOIN schedules ON schedules.concert_id = fan_seats.concert_id
       WHERE schedules.id = ? AND fan_seats.seats <> COALESCE(recount.seats, 0)`,
    ),
  };
}
