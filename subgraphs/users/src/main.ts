import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { untilItAnswers } from '@frontrow/kit/database';
import { run } from '@frontrow/kit/lifecycle';
import { readTogether, Revocations } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { createContext } from './context.ts';
import { accessTokenKeys } from './credentials/access-token.ts';
import { addressKeyFrom } from './credentials/hidden-address.ts';
import { PasswordQueue } from './credentials/password-queue.ts';
import { handlers } from './handlers.ts';
import { ensureOperator } from './operations/ensure-operator.ts';
import { resolvers, typeDefs } from './schema.ts';
import { usersSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { guardActionsOrWarn } from './storage/operator-actions-guard.ts';
import { retention } from './storage/retention.ts';
import { findRevoked } from './storage/revocations.ts';

/**
 * Two of the six are being hashed, for some 20 ms each. The other four use the database before or after that, and leave most of
 * its connections to other requests. Each request that waits occupies one of the 128 connections that the gateway has to this
 * process; 64 of them leave the other half to other requests.
 */
const passwords = { atATime: 6, places: 64, patienceMs: 2_000 };

run(async () => {
  const settings = readSettings(usersSettings);
  const service = await openService('users', settings, { entities, migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox, log } = service;
  await guardActionsOrWarn(database, log);
  const delivery = await startDelivery({ ...service, handlers, retention });
  const { OPERATOR_EMAIL: email, OPERATOR_PASSWORD: password } = settings;
  await untilItAnswers(log, () => ensureOperator(outbox, { email, password }, new Date()));
  const keys = await openSigningKeys(database, accessTokenKeys);
  const readRevoked = readTogether((withinMs) =>
    findRevoked(database.manager, new Date(Date.now() - withinMs)),
  );
  const revoked = new Revocations(readRevoked, log);
  const limits = {
    addresses: {
      registrations: settings.REGISTRATIONS_PER_ADDRESS,
      failedLogIns: settings.FAILED_LOG_INS_PER_ADDRESS,
    },
    passwords: new PasswordQueue(passwords),
  };
  const linkSecret = settings.MAIL_LINK_SECRET;
  const shared = { outbox, keys, limits, linkSecret, addressKey: addressKeyFrom(linkSecret) };
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer, client) => createContext(shared, { viewer, client }, new Date()),
    keys: keys.verifying,
    jwks: () => keys.jwks(),
    revoked,
    publishedRevocations: { known: revoked, read: readRevoked },
  });
});
