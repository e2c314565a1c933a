import { watchEventLoop } from '@frontrow/kit/testing/event-loop';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Runs inside the process that is watched: see event-loops.ts.

const file = join(process.env['EVENT_LOOPS'] as string, String(process.pid));
let end = watchEventLoop();
process.on('SIGUSR2', () => {
  writeFileSync(`${file}.new`, JSON.stringify(end()));
  // The file appears when it is complete, so whoever waits for it can read all of it.
  renameSync(`${file}.new`, file);
  end = watchEventLoop();
});
