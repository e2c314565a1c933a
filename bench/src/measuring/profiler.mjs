// Loaded into each Node process before anything else, as `node --import profiler.mjs?folder=…`: leaves its profile in the folder when the
// process ends. V8's own `--cpu-prof` would do so, but Node 20 does not take it from NODE_OPTIONS.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

const folder = new URL(import.meta.url).searchParams.get('folder');
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 1_000 });
session.post('Profiler.start');
process.on('exit', () => {
  // In a session with its own thread the answer comes before `post` returns.
  session.post('Profiler.stop', (error, answer) => {
    if (error) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(answer.profile));
  });
});
