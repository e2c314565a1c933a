import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect } from '@frontrow/kit/nats';
import type { NatsConnection } from '@frontrow/kit/nats';
import { seatsSold } from '@frontrow/events/contracts/concerts';
import { audit } from '@frontrow/audit/audit';
import { Fan } from '@frontrow/stack/fan';
import { rootFolder } from '@frontrow/stack/home';
import { openSale } from '@frontrow/stack/open-sale';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import { startStack } from '@frontrow/stack/stack';
import type { Stack } from '@frontrow/stack/stack';
import { manyAccounts } from '@frontrow/stack/testing/accounts';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';
import { chargedPoints, seatPrice } from '../contestant.ts';
import { fillDatabases } from '../bulk-sale/bulk-sale.ts';
import { soughtIn } from '../bulk-sale/purchases.ts';
import type { Sought } from '../bulk-sale/purchases.ts';
import type { AdmittedFan, Contestant, Sale } from '../contestant.ts';
import { GraphqlClient } from '../graphql-client.ts';
import { inParallel } from '../in-parallel.ts';
import { DatabaseProbe } from '../measuring/database.ts';
import { Awaited } from './awaited.ts';

const atOnce = 32;
const seatsPerRow = 100;
/** Access tokens are good for 15 minutes. */
const logInAgainMs = 10 * 60_000;

/** Starts another gateway in front of the same services, through which the load goes. */
export type OtherGateway = (stack: Stack) => Promise<{
  readonly url: string;
  readonly client: GraphqlClient;
  readonly pids: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}>;

export interface FrontrowOptions {
  readonly name?: string;
  /** Another compiled checkout whose services are to be run. */
  readonly root?: string;
  /** False only if nothing is measured. */
  readonly durable?: boolean;
  /** Environment variables for every service. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly gateway?: OtherGateway;
  /** See Contestant. */
  readonly share?: number;
  /** How many reservations of earlier sales its databases are filled with. */
  readonly grown?: number;
  /** How many gateways of its own it has. Only those who wait are spread over them. */
  readonly gateways?: number;
}

/** Starts a Frontrow from compiled code, as it would run in production. */
export async function startFrontrow({
  name = 'frontrow',
  root = rootFolder,
  durable = true,
  environment = {},
  gateway,
  share = 1,
  grown = 0,
  gateways = 1,
}: FrontrowOptions = {}): Promise<Contestant> {
  const home = await mkdtemp(join(tmpdir(), 'frontrow-bench-'));
  const stack = await startStack({
    home,
    root,
    ports: await freeLayoutPorts({ replicas: 1, natsServers: 1, gateways }),
    gateways,
    durable,
    cache: cacheFolder,
    compiled: true,
    environment: {
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      REQUESTS_PER_MINUTE_PER_VIEWER: '0',
      ...environment,
    },
  });
  if (grown > 0)
    await grow(stack, grown).catch(async (error: unknown) => {
      await stack.stop();
      throw error;
    });
  const other = await gateway?.(stack).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  const broker = await connect({ servers: stack.natsUrl, ...stack.natsAccount() });
  const soldSeats = soldBy(broker);
  const database = await DatabaseProbe.of(stack.mysqlUrl);
  const client = other?.client ?? new GraphqlClient(stack.gatewayUrl);
  const operator = operatorOf(stack);
  return {
    name,
    version: await commitOf(root),
    reservationsBefore: grown,
    urls: other === undefined ? stack.gatewayUrls : [other.url],
    client,
    database,
    share,
    pids: {
      ...Object.fromEntries(stack.processes.map((process) => [process.name, process.pid as number])),
      ...other?.pids,
    },
    generators: [],
    openSale: async (seats, admitPerSecond = 10_000) => openHall(await operator(), seats, admitPerSecond),
    letIn: async (concertId, maxActive) => configureRoom(await operator(), { concertId, maxActive }),
    accounts: async (count) => (await manyAccounts(stack, count)).map(({ token }) => token),
    admittedFans: (sale, count) => admittedFansOf(stack, client, sale, count),
    operator: async () => ({
      token: (await operator()).token,
      sought: (numbers) => database.query<Sought>(soughtIn(numbers)),
    }),
    sold: (reservationId) => soldSeats.for(reservationId),
    rest: () => untilAtRest(broker, database),
    audit: async () => {
      const breaches = await audit({
        databaseUrl: (service) => stack.databaseUrl(service),
        ...(!durable && { restMs: 500 }),
      });
      return breaches.map(({ invariant, row, problem }) => `${invariant}: ${row}: ${problem}`);
    },
    stop: async () => {
      await Promise.all([client.close(), broker.close(), database.close()]);
      await other?.stop();
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/**
 * Fills its databases with a sale of this many reservations. Its services do not run meanwhile: a service that found events in an
 * outbox and not in its own inbox would take them for lost, and would ask for them again.
 */
async function grow(stack: Stack, reservations: number): Promise<void> {
  const fill = () => fillDatabases(stack.mysqlUrl, reservations);
  const withNoneOf = ([first, ...others]: Stack['services']): Promise<void> =>
    first === undefined ? fill() : first.killAndThen(() => withNoneOf(others));
  await withNoneOf(stack.services);
  await Promise.all(stack.services.map((service) => service.waitUntilReady()));
}

/** The commit that is checked out there, and whether anything has been changed since. */
async function commitOf(root: string): Promise<string> {
  const described = promisify(execFile)('git', ['-C', root, 'describe', '--always', '--dirty']);
  return described.then(({ stdout }) => stdout.trim()).catch(() => 'unknown');
}

/** When seats were SOLD, as the broker's events say. Asking the gateway again and again would be work that no purchase needs. */
function soldBy(broker: NatsConnection): Awaited<number> {
  const sold = new Awaited<number>();
  broker.subscribe(`frontrow.${seatsSold.type}.*`, {
    callback: (_error, message) => {
      const { subject } = message.json<{ subject: string }>();
      sold.is(subject, performance.now());
    },
  });
  return sold;
}

/** The operator, who logs in again before the token expires: filling another system may take a quarter of an hour. */
function operatorOf({ gatewayUrl, operator: { email, password } }: Stack): () => Promise<Fan> {
  let loggedIn: { readonly at: number; readonly fan: Promise<Fan> } | undefined;
  return () => {
    if (loggedIn === undefined || performance.now() - loggedIn.at > logInAgainMs)
      loggedIn = { at: performance.now(), fan: Fan.logIn(gatewayUrl, email, password) };
    return loggedIn.fan;
  };
}

async function configureRoom(operator: Fan, input: object): Promise<void> {
  await operator.ask(
    'mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) { __typename } }',
    { input },
  );
}

async function openHall(operator: Fan, seats: number, admitPerSecond: number): Promise<Sale> {
  const hall = await openSale(operator, {
    title: `A hall of ${seats} seats`,
    artist: 'The Load',
    description: 'Made by `npm run bench`.',
    price: seatPrice,
    rows: Math.ceil(seats / seatsPerRow),
    seatsPerRow,
  });
  await configureRoom(operator, {
    concertId: hall.concertId,
    maxActive: 100_000,
    admitPerSecond,
    admissionSeconds: 7_200,
  });
  const { schedule } = await operator.ask<{ schedule: { seats: { id: string }[] } }>(
    'query ($id: ID!) { schedule(id: $id) { seats { id } } }',
    { id: hall.scheduleId },
  );
  return { ...hall, seatIds: schedule.seats.slice(0, seats).map(({ id }) => id) };
}

async function admittedFansOf(
  stack: Stack,
  client: GraphqlClient,
  sale: Sale,
  count: number,
): Promise<readonly AdmittedFan[]> {
  const accounts = await manyAccounts(stack, count, { withWallets: true });
  const fans: AdmittedFan[] = [];
  await inParallel(accounts, atOnce, async ({ id, token }, index) => {
    const fan = new Fan(stack.gatewayUrl, token, id);
    fan.lookAgainMs = 200;
    await fan.charge(chargedPoints);
    const { pass } = await fan.waitForAdmission(sale.concertId);
    fans[index] = { token, pass };
  });
  return fans;
}

/** Waits until no consumer has anything left to handle, and all deliveries to outside systems are made. */
async function untilAtRest(broker: NatsConnection, database: DatabaseProbe): Promise<void> {
  const { consumers } = await broker.jetstreamManager();
  const deliveries =
    "SELECT COUNT(*) AS pending FROM frontrow_deliveries.deliveries WHERE status = 'PENDING'";
  const giveUpAt = Date.now() + 120_000;
  for (let quiet = 0; quiet < 3;) {
    if (Date.now() > giveUpAt) throw new Error('The system did not come to rest within two minutes.');
    const all = await consumers.list('FRONTROW').next();
    const left = all.reduce((sum, each) => sum + each.num_pending + each.num_ack_pending, 0);
    const [row] = await database.query<{ pending: number }>(deliveries);
    quiet = left === 0 && row?.pending === 0 ? quiet + 1 : 0;
    await pause(50);
  }
}
