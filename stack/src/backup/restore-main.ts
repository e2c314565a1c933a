import { namedDatabases } from '../database-addresses.ts';
import { homeFolder } from '../home.ts';
import { restoreHome } from './home.ts';
import { restore } from './restore.ts';

/** `npm run restore -- FOLDER`: restores into the empty databases that the environment names, or into an empty FRONTROW_HOME. */
async function main(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (folder === undefined || folder.startsWith('-')) throw new Error('npm run restore -- FOLDER');
  const named = namedDatabases(process.env);
  const { takenAt } = await (named === undefined
    ? restoreHome(homeFolder(), folder)
    : restore(folder, named));
  console.log(`The databases are in their state of ${takenAt}.`);
  console.log('Start the broker without its data, then the services, and run the audit.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
