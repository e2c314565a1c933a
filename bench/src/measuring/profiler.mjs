// Loaded into each Node process before anything else, as `node --import profiler.mjs?folder=…`: watches the process from the moment
// at which the folder is there, and leaves its profile in it when the process ends. V8's own `--cpu-prof` would watch how it starts, too.
import { existsSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';

const folder = new URL(import.meta.url).searchParams.get('folder');
const lookAgainMs = 200;

const looking = setInterval(() => {
  if (!existsSync(folder)) return;
  clearInterval(looking);
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 1_000 });
  session.post('Profiler.start');
  process.on('exit', () => {
    // In a session with its own thread the answer comes before `post` returns.
    session.post('Profiler.stop', (error, answer) => {
      if (error) return;
      writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(answer.profile));
    });
  });
}, lookAgainMs);
looking.unref();
