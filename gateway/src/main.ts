import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { remoteKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { startMetrics } from '@frontrow/kit/metrics';
import { remoteRevocations } from '@frontrow/kit/remote-revocations';
import { readSettings } from '@frontrow/kit/settings';
import { startTracing } from '@frontrow/kit/tracing';
import { startGateway } from './server.ts';
import { gatewaySettings } from './settings.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

const storefrontsDocuments = fileURLToPath(
  new URL('../../storefront/trusted-documents.json', import.meta.url),
);

run(async () => {
  const settings = readSettings(gatewaySettings);
  const log = createLogger('gateway', settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  const metrics = await startMetrics('gateway', settings, lifecycle);
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startGateway({
    supergraphSdl: readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8'),
    settings,
    keys: remoteKeySet(settings.USERS_JWKS_URL),
    revoked,
    lifecycle,
    log,
    metrics,
    tracing: await startTracing('gateway', settings, lifecycle),
    ...(metrics &&
      existsSync(storefrontsDocuments) && {
        knownDocuments: readTrustedDocuments(storefrontsDocuments),
      }),
    ...(settings.STOREFRONT && {
      storefront: fileURLToPath(new URL('../../storefront/dist/', import.meta.url)),
    }),
  });
});
