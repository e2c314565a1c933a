// `npm run accounts`: writes the broker's accounts as the table of routes has them.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { accountsConfiguration } from './permissions.ts';

const root = new URL('../../', import.meta.url);
const compose = new URL('docker-compose.yml', root);

const configuration = accountsConfiguration();
// kustomize reads no files but those below its own folder.
const files = ['events/nats/accounts.conf', 'deploy/kubernetes/nats/accounts.conf'];
for (const file of files) writeFileSync(new URL(file, root), configuration);

// Compose starts a container again when its labels change, not when a file does that it reads.
const version = createHash('sha256').update(configuration).digest('hex').slice(0, 12);
const text = readFileSync(compose, 'utf8');
writeFileSync(compose, text.replace(/(frontrow\.accounts: )\S+/, `$1${version}`));

console.log(`${files.join(' and ')} are written, and their version in docker-compose.yml.`);
