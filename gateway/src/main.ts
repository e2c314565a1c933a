import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { remoteKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/remote-revocations';
import { readSettings } from '@frontrow/kit/settings';
import { startGateway } from './server.ts';
import { gatewaySettings } from './settings.ts';

run(async () => {
  const settings = readSettings(gatewaySettings);
  const log = createLogger('gateway', settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startGateway({
    supergraphSdl: readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8'),
    settings,
    keys: remoteKeySet(settings.USERS_JWKS_URL),
    revoked,
    lifecycle,
    log,
    ...(settings.STOREFRONT && {
      storefront: fileURLToPath(new URL('../../storefront/dist/', import.meta.url)),
    }),
  });
});
