// Loaded into each Node process before anything else, by `node --import profiler.mjs?folder=…`. It profiles the process from the
// moment at which the folder exists, and writes the profile into the folder when the process ends. V8's own `--cpu-prof` would
// include the start.
import { existsSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { basename, dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';

const folder = new URL(import.meta.url).searchParams.get('folder');
const lookAgainMs = 200;
/** `queue` for subgraphs/queue/dist/main.js. */
const name = basename(dirname(dirname(process.argv[1])));

const looking = setInterval(() => {
  if (!existsSync(folder)) return;
  clearInterval(looking);
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 1_000 });
  session.post('Profiler.start');
  process.on('exit', () => {
    // With a session on the same thread, the callback runs before `post` returns.
    session.post('Profiler.stop', (error, answer) => {
      if (error) return;
      writeFileSync(join(folder, `${name}-${process.pid}.cpuprofile`), JSON.stringify(answer.profile));
    });
  });
}, lookAgainMs);
looking.unref();
