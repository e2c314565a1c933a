import type { JWTVerifyGetKey } from 'jose';
import { DataSource } from 'typeorm';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { consumerName } from '@frontrow/events/broker';
import type { Handler } from '@frontrow/events/handler';
import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { GivenIds } from '@frontrow/kit/given-ids';
import type { Lifecycle } from '@frontrow/kit/lifecycle';
import type { Logger } from '@frontrow/kit/log';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import { createHandlers as concertsHandlers } from '../../subgraphs/concerts/src/handlers.ts';
import { createSaleDependencies } from '../../subgraphs/concerts/src/operations/sale-dependencies.ts';
import type { SaleDependencies } from '../../subgraphs/concerts/src/operations/sale-dependencies.ts';
import { entities as concertsEntities } from '../../subgraphs/concerts/src/storage/entities.ts';
import { migrations as concertsMigrations } from '../../subgraphs/concerts/src/storage/migrations.ts';
import { allTargets } from '../../subgraphs/deliveries/src/domain/audience.ts';
import { handlersFor } from '../../subgraphs/deliveries/src/handlers.ts';
import { entities as deliveriesEntities } from '../../subgraphs/deliveries/src/storage/entities.ts';
import { migrations as deliveriesMigrations } from '../../subgraphs/deliveries/src/storage/migrations.ts';
import { handlers as paymentsHandlers } from '../../subgraphs/payments/src/handlers.ts';
import { createTill } from '../../subgraphs/payments/src/operations/till.ts';
import type { Till } from '../../subgraphs/payments/src/operations/till.ts';
import { entities as paymentsEntities } from '../../subgraphs/payments/src/storage/entities.ts';
import { migrations as paymentsMigrations } from '../../subgraphs/payments/src/storage/migrations.ts';
import { passKeys } from '../../subgraphs/queue/src/admission-pass.ts';
import { handlers as queueHandlers } from '../../subgraphs/queue/src/handlers.ts';
import { startMovingLines } from '../../subgraphs/queue/src/start-moving-lines.ts';
import type { LineDependencies } from '../../subgraphs/queue/src/operations/line-dependencies.ts';
import { entities as queueEntities } from '../../subgraphs/queue/src/storage/entities.ts';
import { migrations as queueMigrations } from '../../subgraphs/queue/src/storage/migrations.ts';
import { startClock } from '../../subgraphs/reservations/src/clock.ts';
import { startFollowingShows } from '../../subgraphs/reservations/src/follow-shows.ts';
import { handlers as reservationsHandlers } from '../../subgraphs/reservations/src/handlers.ts';
import { entities as reservationsEntities } from '../../subgraphs/reservations/src/storage/entities.ts';
import { migrations as reservationsMigrations } from '../../subgraphs/reservations/src/storage/migrations.ts';
import { createHandlers } from '../../subgraphs/sagas/src/handlers.ts';
import { rebuildLogIfEmpty } from '../../subgraphs/sagas/src/operations/rebuild-log.ts';
import { migrations as sagasMigrations } from '../../subgraphs/sagas/src/storage/migrations.ts';
import { startWatch } from '../../subgraphs/sagas/src/watch.ts';
import { handlers as usersHandlers } from '../../subgraphs/users/src/handlers.ts';
import { entities as usersEntities } from '../../subgraphs/users/src/storage/entities.ts';
import { migrations as usersMigrations } from '../../subgraphs/users/src/storage/migrations.ts';
import type { Mysql } from './mysql/server.ts';
import { driverFor } from './world/databases.ts';
import { theWorld } from './world/world.ts';

/** What fans can use of the replicas of each service: their operations, without HTTP and GraphQL. */
export interface Apis {
  readonly users: Outbox;
  readonly queue: {
    readonly lineDeps: LineDependencies;
    readonly passKeys: SigningKeys;
    readonly wake: () => void;
  };
  readonly concerts: SaleDependencies;
  readonly reservations: Outbox;
  readonly payments: Till;
  readonly sagas: Outbox;
  readonly deliveries: Outbox;
}
export type ServiceName = keyof Apis;

const schemas: Record<
  ServiceName,
  { entities: EntitySchema[]; migrations: (new () => MigrationInterface)[] }
> = {
  users: { entities: usersEntities, migrations: usersMigrations },
  queue: { entities: queueEntities, migrations: queueMigrations },
  concerts: { entities: concertsEntities, migrations: concertsMigrations },
  reservations: { entities: reservationsEntities, migrations: reservationsMigrations },
  payments: { entities: paymentsEntities, migrations: paymentsMigrations },
  sagas: { entities: [], migrations: sagasMigrations },
  deliveries: { entities: deliveriesEntities, migrations: deliveriesMigrations },
};
export const serviceNames = Object.keys(schemas) as ServiceName[];

/** What outlives processes and schedules: the connections to the databases, and the keys of the passes. */
export interface Premises {
  readonly databases: Readonly<Record<ServiceName, DataSource>>;
  readonly signing: SigningKeys;
  readonly verifying: JWTVerifyGetKey;
}

/** Connects to each database as its service does, and makes its tables on this server, where they are not there yet. */
export async function openPremises(mysql: Mysql): Promise<Premises> {
  const driver = driverFor(mysql);
  await mysql.create(serviceNames);
  const opened = serviceNames.map(async (service): Promise<[ServiceName, DataSource]> => {
    const database = new DataSource({
      type: 'mariadb',
      driver,
      database: service,

      timezone: 'Z',
      supportBigNumbers: true,
      ...schemas[service],
    });
    await database.initialize();
    await database.runMigrations();
    return [service, database];
  });
  const databases = Object.fromEntries(await Promise.all(opened)) as Premises['databases'];
  const signing = await openSigningKeys(databases.queue, passKeys, { lookAgainMs: Infinity });
  await mysql.survey();
  return { databases, signing, verifying: signing.verifying };
}

const silence = () => undefined;

/** Logs are only visible in traces. */
const tell = ({ err }: { err?: Error }, message = '') => {
  theWorld().scheduler.trace(`${message}: ${err?.stack ?? ''}`);
};
const log = { error: tell, warn: tell, info: silence, debug: silence, child: () => log } as unknown as Logger;

/** A process that is killed closes nothing. */
const lifecycle = { onClose: silence } as unknown as Lifecycle;

/** The same in every service. */
export const ids = new GivenIds('the secret of the simulation');

const patience = { replayAfterMs: 20_000, compensateAfterMs: 300_000 };

/** Called after the commit with each event that a consumer has handled. */
export type OnHandled = (consumer: string, eventId: string) => void;

/** Starts a replica of the service, as its `main.ts` does, in the process whose step it is. */
export async function startService<Name extends ServiceName>(
  service: Name,
  { databases, signing, verifying }: Premises,
  onHandled: OnHandled,
): Promise<Apis[Name]> {
  const outbox = new Outbox(databases[service], service, log);
  const deliver = (handlers: readonly Handler[]) =>
    startDelivery({
      name: service,
      outbox,
      handlers: watched(service, handlers, onHandled),
      settings: { NATS_URL: ['nats://broker'], NATS_REPLICAS: 1 },
      lifecycle,
      log,
    });
  const starts: { [Each in ServiceName]: () => Promise<Apis[Each]> } = {
    users: async () => {
      await deliver(usersHandlers);
      return outbox;
    },
    queue: async () => {
      await deliver(queueHandlers);
      const lineDeps = { outbox, announce: silence };
      const lines = startMovingLines(lineDeps, log);
      return {
        lineDeps,
        passKeys: signing,
        wake: () => {
          lines.wake();
        },
      };
    },
    concerts: async () => {
      await deliver(concertsHandlers(silence));
      return createSaleDependencies({ outbox, ids, passKeys: verifying, holdSeconds: 300 });
    },
    reservations: async () => {
      await deliver(reservationsHandlers);
      startClock(outbox, log);
      startFollowingShows(outbox, log);
      return outbox;
    },
    payments: async () => {
      await deliver(paymentsHandlers);
      return createTill(outbox);
    },
    sagas: async () => {
      const handlers = createHandlers(patience);
      const consumers = handlers.map(({ contract }) => consumerName('sagas', contract.type));
      await rebuildLogIfEmpty(outbox, consumers);
      const { broker } = await deliver(handlers);
      startWatch(outbox, patience, broker.isConnected, log);
      return outbox;
    },
    deliveries: async () => {
      const schedule = { retryEveryMs: 60_000, giveUpAfterMs: 24 * 60 * 60_000 };
      await deliver(handlersFor({ targets: new Set(allTargets), schedule, wake: silence }));
      return outbox;
    },
  };
  return starts[service]();
}

/**
 * The handlers, which fail if the schedule says so, and whose work is counted. Handlers that share a function still share one.
 */
function watched(service: string, handlers: readonly Handler[], onHandled: OnHandled): Handler[] {
  const consumerOf = ({ type }: { readonly type: string }) => consumerName(service, type);
  const watches =
    (handle: Handler['handle']): Handler['handle'] =>
    async (tx, events) => {
      for (const event of events) theWorld().faults.check(consumerOf(event), event.id);
      await handle(tx, events);
      tx.afterCommit(() => {
        for (const event of events) onHandled(consumerOf(event), event.id);
      });
    };
  const watching = new Map<Handler['handle'], Handler['handle']>();
  return handlers.map(({ contract, handle }) => {
    const watch = watching.get(handle) ?? watches(handle);
    watching.set(handle, watch);
    return { contract, handle: watch };
  });
}
