import { setTimeout as pause } from 'node:timers/promises';
import { EventLoops } from './testing/event-loops.ts';
import { Flooder, logInFrom } from './testing/flood.ts';
import type { LogInEnd } from './testing/flood.ts';
import { startSystem } from './testing/system.ts';

// `npx tsx -C source tests/src/measure-log-ins.ts [seconds]`: how long an honest log-in takes while others send wrong passwords, from one
// address and from many, with the whole stack on this machine.

const seconds = Number(process.argv[2] ?? 10);
const everyMs = 300;
const floods = [
  { atATime: 360, addresses: 1 },
  { atATime: 100, addresses: 50 },
  { atATime: 250, addresses: 250 },
  { atATime: 1_000, addresses: 1_000 },
];

const eventLoops = new EventLoops();
const environment = {
  NODE_ENV: 'production',
  TRUSTED_PROXIES: '1',
  // As they are when nobody sets them.
  FAILED_LOG_INS_PER_ADDRESS: '100',
  REQUESTS_PER_MINUTE_PER_ADDRESS: '6000',
  ...eventLoops.environment,
};
const system = await startSystem({ environment, durable: true });
try {
  report('nobody else', await logInForSeconds());
  for (const flood of floods) {
    const flooder = new Flooder();
    await loops();
    flooder.start({ url: system.url, ...flood });
    await pause(1_000);
    const ends = await logInForSeconds();
    const answers = await flooder.stop();
    report(`${flood.atATime} at a time from ${flood.addresses} addresses`, ends);
    console.log(`  the flood's answers: ${JSON.stringify(answers)}; event loops: ${await loops()}`);
  }
} finally {
  await system.stop();
  eventLoops.end();
}

async function logInForSeconds(): Promise<LogInEnd[]> {
  const ends: Promise<LogInEnd>[] = [];
  const until = performance.now() + seconds * 1_000;
  const { email, password } = system.stack.operator;
  while (performance.now() < until) {
    ends.push(logInFrom(system.url, '192.0.2.7', { email, password }));
    await pause(everyMs);
  }
  return Promise.all(ends);
}

async function loops(): Promise<string> {
  const shown = ['gateway', 'users'].map(async (name) => {
    const { delayMs, workMs } = await eventLoops.seenBy(system.stack.process(name).pid as number);
    return `${name} longest delay ${delayMs.toFixed(0)} ms, longest work ${workMs.toFixed(0)} ms`;
  });
  return (await Promise.all(shown)).join('; ');
}

function report(what: string, ends: readonly LogInEnd[]): void {
  const codes = new Set(ends.map(({ code }) => code));
  for (const code of codes) {
    const of = ends.filter((end) => end.code === code);
    const sorted = of.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0);
    const waits = [...new Set(of.map(({ retryAfterSeconds }) => retryAfterSeconds))];
    const retry = waits[0] === undefined ? '' : `, come back after ${waits.join(', ')} s`;
    console.log(`${what}: ${code} ${of.length} times, median ${at(0.5)} ms, worst ${at(1)} ms${retry}`);
  }
}
