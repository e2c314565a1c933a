import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { homeFolder, rootFolder } from './home.ts';
import { databaseUrl, folderOf } from './layout.ts';
import { runningLayout } from './running.ts';
import { readSecrets } from './secrets.ts';
import { tsx } from './services.ts';

/** The services that sign something: access tokens, admission passes, and tickets. */
const signing = ['users', 'queue', 'reservations'] as const;
/**
 * The services whose keys are rotated if none is named. Those of tickets are not, because that may be done once in 400 days only.
 */
const usual: readonly string[] = ['users', 'queue'];

/**
 * `npm run rotate-keys [-- users|queue|reservations] [--now]`: gives the services of the system that `npm start` runs new signing
 * keys. Nothing is restarted, and nobody is logged out. With `--now` the old keys are withdrawn at once.
 */
async function main(): Promise<void> {
  const options = process.argv.slice(2).filter((argument) => argument === '--now');
  const named = process.argv.slice(2).filter((argument) => argument !== '--now');
  const unknown = named.find((name) => !signing.some((service) => service === name));
  if (unknown !== undefined)
    throw new Error(
      `${unknown} signs nothing: name users, queue or reservations, or none for the first two.`,
    );
  const layout = runningLayout(homeFolder());
  if (layout === undefined) throw new Error('Frontrow does not run: start it with `npm start` first.');
  const secrets = readSecrets(homeFolder());
  for (const service of signing.filter((each) => (named.length === 0 ? usual : named).includes(each))) {
    const script = join(rootFolder, folderOf(service), 'src/rotate-keys.ts');
    const rotating = spawn(process.execPath, ['--import', tsx(), '-C', 'source', script, ...options], {
      env: { ...process.env, DATABASE_URL: databaseUrl(service, layout.ports, secrets) },
      stdio: 'inherit',
    });
    const [code] = (await once(rotating, 'exit')) as [number | null];
    if (code !== 0) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
