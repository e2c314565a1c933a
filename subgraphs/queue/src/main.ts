import { Arrivals } from '@frontrow/events/arrivals';
import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { GivenIds } from '@frontrow/kit/given-ids';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { passKeys } from './admission-pass.ts';
import { createChallenges } from './challenges.ts';
import { createContext, createQueue } from './context.ts';
import { waveGapMs } from './domain/room.ts';
import { handlers } from './handlers.ts';
import { startLines } from './lines.ts';
import { startLive } from './live/start-live.ts';
import { resolvers, typeDefs } from './schema.ts';
import { queueSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { findArrived } from './storage/rooms.ts';

run(async () => {
  const settings = readSettings(queueSettings);
  const log = createLogger('queue', settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    ca: settings.DATABASE_CA_FILE,
    connections: settings.DATABASE_CONNECTIONS,
    entities,
    migrations,
    log,
  });
  lifecycle.onClose('database', () => database.destroy());
  const watch = watchDatabase(database, settings, log);
  lifecycle.onClose('database watch', () => watch.stop());
  const outbox = new Outbox(database, 'queue', log);
  const arrivals = new Arrivals({
    ids: new GivenIds(settings.GATEWAY_SECRET),
    find: (ids) => findArrived(database.manager, ids),
    log,
  });
  const delivery = await startDelivery({
    service: 'queue',
    outbox,
    handlers: arrivals.hearing(handlers),
    // Places that come free are filled in waves, too.
    gapMs: waveGapMs,
    settings,
    lifecycle,
    log,
  });
  const live = await startLive(outbox, delivery.broker, log);
  lifecycle.onClose('live positions', () => live.stop());
  const lines = startLines(live.lobby, log);
  lifecycle.onClose('lines', () => lines.stop());
  const signing = await openSigningKeys(database, passKeys);
  const challenges = createChallenges(settings.GATEWAY_SECRET, settings.CHALLENGE_DIFFICULTY);
  const queue = createQueue({ live, arrivals, challenges, passKeys: signing }, () => {
    lines.wake();
  });
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    name: 'queue',
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(queue, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    jwks: () => signing.jwks(),
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
