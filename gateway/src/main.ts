import { readFileSync } from 'node:fs';
import { remoteKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { readSettings } from '@frontrow/kit/settings';
import { startGateway } from './server.ts';
import { gatewaySettings } from './settings.ts';

run(async () => {
  const settings = readSettings(gatewaySettings);
  const log = createLogger('gateway', settings.LOG_LEVEL);
  await startGateway({
    supergraphSdl: readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8'),
    settings,
    keys: remoteKeySet(settings.USERS_JWKS_URL),
    lifecycle: new Lifecycle(log),
    log,
  });
});
