import { namedDatabases } from '../database-addresses.ts';
import { homeFolder } from '../home.ts';
import { backup } from './backup.ts';
import { backUpHome } from './home.ts';

/**
 * `npm run backup -- FOLDER`: backs up all databases as of one moment, from the servers that the environment names or those that
 * `npm start` runs.
 */
async function main(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (folder === undefined || folder.startsWith('-')) throw new Error('npm run backup -- FOLDER');
  const named = namedDatabases(process.env);
  const began = performance.now();
  const { takenAt, commitsWaitedMs } = await (named === undefined
    ? backUpHome(homeFolder(), folder)
    : backup(folder, named));
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`${folder} has all databases as of ${takenAt}, after ${seconds} s.`);
  console.log(`Commits waited ${commitsWaitedMs} ms at the most.`);
  if (named !== undefined)
    console.log('It does not contain secrets: keep GATEWAY_SECRET and MAIL_LINK_SECRET elsewhere.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
