import { setTimeout as pause } from 'node:timers/promises';
import { EventLoops } from '@frontrow/tests/testing/event-loops';
import { Flooder, logInFrom } from '@frontrow/tests/testing/flood';
import type { LogInEnd } from '@frontrow/tests/testing/flood';
import { startSystem } from '@frontrow/tests/testing/system';
import type { System } from '@frontrow/tests/testing/system';

const everyMs = 300;
const floods = [
  { atATime: 360, addresses: 1 },
  { atATime: 100, addresses: 50 },
  { atATime: 250, addresses: 250 },
  { atATime: 1_000, addresses: 1_000 },
];

/** How long an honest log-in takes while others send wrong passwords, from one address and from many. */
export async function measureLogIns(seconds = 10): Promise<void> {
  const eventLoops = new EventLoops();
  const environment = {
    NODE_ENV: 'production',
    TRUSTED_PROXIES: '1',
    // The default.
    FAILED_LOG_INS_PER_ADDRESS: '100',
    REQUESTS_PER_MINUTE_PER_ADDRESS: '6000',
    ...eventLoops.environment,
  };
  const system = await startSystem({ environment, durable: true });
  const loops = () => delaysOf(system, eventLoops);
  try {
    report('nobody else', await logInFor(system, seconds));
    for (const flood of floods) {
      const flooder = new Flooder();
      await loops();
      flooder.start({ url: system.url, ...flood });
      await pause(1_000);
      const ends = await logInFor(system, seconds);
      const answers = await flooder.stop();
      report(`${flood.atATime} at a time from ${flood.addresses} addresses`, ends);
      console.log(`  the flood's answers: ${JSON.stringify(answers)}; event loops: ${await loops()}`);
    }
  } finally {
    await system.stop();
    eventLoops.end();
  }
}

async function logInFor({ url, stack }: System, seconds: number): Promise<LogInEnd[]> {
  const ends: Promise<LogInEnd>[] = [];
  const until = performance.now() + seconds * 1_000;
  const { email, password } = stack.operator;
  while (performance.now() < until) {
    ends.push(logInFrom(url, '192.0.2.7', { email, password }));
    await pause(everyMs);
  }
  return Promise.all(ends);
}

async function delaysOf({ stack }: System, eventLoops: EventLoops): Promise<string> {
  const shown = ['gateway', 'users'].map(async (name) => {
    const { delayMs, workMs } = await eventLoops.seenBy(stack.process(name).pid as number);
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
