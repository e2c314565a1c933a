// `npm run accounts`: writes the broker's accounts as the table of routes has them.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { accountsConfiguration } from './permissions.ts';

const accounts = new URL('../nats/accounts.conf', import.meta.url);
const compose = new URL('../../docker-compose.yml', import.meta.url);

const configuration = accountsConfiguration();
writeFileSync(accounts, configuration);
// kustomize reads no files but those below its own folder.
writeFileSync(new URL('../../deploy/kubernetes/nats/accounts.conf', import.meta.url), configuration);

// Compose starts a container again when its labels change, not when a file does that it reads.
const version = createHash('sha256').update(configuration).digest('hex').slice(0, 12);
const text = readFileSync(compose, 'utf8');
writeFileSync(compose, text.replace(/(frontrow\.accounts: )\S+/, `$1${version}`));
