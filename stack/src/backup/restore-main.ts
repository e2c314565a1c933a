import { namedDatabases } from '../database-addresses.ts';
import { homeFolder } from '../home.ts';
import { endWith, interruption } from '../interruption.ts';
import { standGuard } from '../processes/guard.ts';
import type { Guard } from '../processes/guard.ts';
import { restoreHome } from './home.ts';
import { restore } from './restore.ts';

/** `npm run restore -- FOLDER`: restores into the empty databases that the environment names, or into an empty FRONTROW_HOME. */
async function main(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (folder === undefined || folder.startsWith('-')) throw new Error('npm run restore -- FOLDER');
  const named = namedDatabases(process.env);
  const { takenAt } = await (named === undefined
    ? restoreHome(homeFolder(), folder, guarded())
    : restore(folder, named));
  console.log(`The databases are in their state of ${takenAt}.`);
  console.log('Start the broker without its data, then the services, and run the audit.');
}

/** No server outlives this process, and Ctrl-C ends it in order. */
function guarded(): { guard: Guard; signal: AbortSignal } {
  const guard = standGuard();
  const signal = interruption(() => {
    guard.kill();
    process.exit(130);
  });
  return { guard, signal };
}

endWith(main(), 'Stopped. What was restored is incomplete: repeat it.');
