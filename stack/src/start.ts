import { once } from 'node:events';
import { homeFolder } from './home.ts';
import { Interrupted, interruption } from './interruption.ts';
import { readOptions, usage, type StartOptions } from './options.ts';
import { standGuard } from './processes/guard.ts';
import { demoFans, demoPassword } from './seed-data.ts';
import { seed } from './seed.ts';
import { startStack, type Stack } from './stack.ts';

const log = (line: string) => console.log(line);

/** `npm start`: the whole system on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    log(usage);
    return;
  }

  const guard = standGuard();
  const stopSignal = interruption(() => {
    guard.kill();
    process.exit(130);
  });
  stopSignal.addEventListener('abort', () =>
    log('\nStopping in order; Ctrl-C again ends everything at once.'),
  );

  const home = homeFolder();
  log(`Starting Frontrow; data and logs are in ${home}.`);
  const stack = await startStack({ ...options, home, guard, log, signal: stopSignal });
  try {
    await fill(stack, stopSignal);
    log(welcome(stack, options));
    if (!stopSignal.aborted) await once(stopSignal, 'abort');
    throw new Interrupted();
  } finally {
    await stack.stop();
  }
}

async function fill(stack: Stack, signal: AbortSignal): Promise<void> {
  const startedAt = Date.now();
  const filling = seed(stack.gatewayUrl, stack.operator);
  const interrupted = once(signal, 'abort').then(() => {
    throw new Interrupted();
  });
  if (await Promise.race([filling, interrupted])) {
    log(`  concerts and demo accounts were ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}

const welcome = ({ gatewayUrl, operator, receiversUrl }: Stack, options: StartOptions) => `
Frontrow is up${options.replicas > 1 ? `, with ${options.replicas} processes of each subgraph` : ''}.

  storefront ${new URL('/', gatewayUrl).href}
  console    ${new URL('/operate', gatewayUrl).href}
  GraphQL    ${gatewayUrl}
  mailbox    ${receiversUrl}/mails
  outside    ${receiversUrl}/data-platform   ${receiversUrl}/slack
  operator   ${operator.email}   ${operator.password}
  fans       ${demoFans.map(({ email }) => email).join(', ')}   ${demoPassword}

Ctrl-C stops all of it.
`;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof Interrupted) {
      log('Stopped.');
      process.exit(0);
    }
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
