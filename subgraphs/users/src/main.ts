import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase, untilItAnswers } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { readTogether, Revocations } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { createContext } from './context.ts';
import { accessTokenKeys } from './credentials/access-token.ts';
import { PasswordQueue } from './credentials/password-queue.ts';
import { handlers } from './handlers.ts';
import { ensureOperator } from './operations/ensure-operator.ts';
import { resolvers, typeDefs } from './schema.ts';
import { usersSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';
import { guardActionsOrWarn } from './storage/operator-actions-guard.ts';
import { findRevoked } from './storage/revocations.ts';

/**
 * Two of these are hashed at a time, in some 20 ms each; the others ask the database before or after it, and leave most of its
 * connections to everybody else. Those who wait have one of the gateway's 128 connections to this process each, and leave
 * the other half to everybody else.
 */
const passwords = { atATime: 6, places: 64, patienceMs: 2_000 };

run(async () => {
  const settings = readSettings(usersSettings);
  const log = createLogger('users', settings.LOG_LEVEL);
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
  await guardActionsOrWarn(database, log);
  const watch = watchDatabase(database, settings, log);
  lifecycle.onClose('database watch', () => watch.stop());
  const outbox = new Outbox(database, 'users', log);
  const delivery = await startDelivery({
    service: 'users',
    outbox,
    handlers,
    settings,
    retention,
    lifecycle,
    log,
  });
  const { OPERATOR_EMAIL: email, OPERATOR_PASSWORD: password } = settings;
  await untilItAnswers(log, () => ensureOperator(outbox, { email, password }, new Date()));
  const keys = await openSigningKeys(database, accessTokenKeys);
  const readRevoked = readTogether((withinMs) =>
    findRevoked(database.manager, new Date(Date.now() - withinMs)),
  );
  const revoked = new Revocations(readRevoked, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  const limits = {
    addresses: {
      registrations: settings.REGISTRATIONS_PER_ADDRESS,
      failedLogIns: settings.FAILED_LOG_INS_PER_ADDRESS,
    },
    passwords: new PasswordQueue(passwords),
  };
  const service = { outbox, keys, limits, linkSecret: settings.MAIL_LINK_SECRET };
  await startSubgraphServer({
    name: 'users',
    typeDefs,
    resolvers,
    contextFor: (viewer, client) => createContext(service, { viewer, client }, new Date()),
    keys: keys.verifying,
    jwks: () => keys.jwks(),
    revoked,
    readRevoked,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
