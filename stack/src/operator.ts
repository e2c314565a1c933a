// `npm run operator -- list | add EMAIL | end EMAIL`: manages the operators of the system that `npm start` runs, or of the one
// whose database DATABASE_URL names. It runs the service's own command, with the address of the database.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { homeFolder, rootFolder } from './home.ts';
import { databaseUrl } from './layout.ts';
import { runningLayout } from './running.ts';
import { readSecrets } from './secrets.ts';
import { tsx } from './services.ts';

async function main(): Promise<void> {
  const command = join(rootFolder, 'subgraphs/users/src/operator.ts');
  const child = spawn(
    process.execPath,
    ['--import', tsx(), '-C', 'source', command, ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: { ...process.env, DATABASE_URL: process.env['DATABASE_URL'] ?? ownDatabase() },
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}

function ownDatabase(): string {
  const layout = runningLayout(homeFolder());
  if (layout === undefined) throw new Error('Frontrow does not run: `npm start` it, or set DATABASE_URL.');
  return databaseUrl('users', layout.ports, readSecrets(homeFolder()));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
