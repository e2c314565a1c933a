import { parseArgs } from 'node:util';
import { MultiBar, Presets } from 'cli-progress';
import { audit } from '@frontrow/audit/audit';
import { printInvariant } from '@frontrow/audit/print';
import { progressBar } from '@frontrow/audit/progress-bar';
import { Fan } from '@frontrow/stack/fan';
import { homeFolder } from '@frontrow/stack/home';
import { databaseUrl, gatewayUrl } from '@frontrow/stack/layout';
import { openSale } from '@frontrow/stack/open-sale';
import { runningLayout } from '@frontrow/stack/running';
import { readSecrets } from '@frontrow/stack/secrets';
import { rush, stages } from './rush.ts';
import type { Outcome } from './rush.ts';

const price = 99_000;

/** `npm run demo`: a rush for a new concert on the system that `npm start` runs, followed by the audit. */
async function main(): Promise<void> {
  const fans = readFans(process.argv.slice(2));
  const layout = runningLayout(homeFolder());
  if (layout === undefined) throw new Error('Frontrow does not run: start it with `npm start` first.');
  const secrets = readSecrets(homeFolder());
  const url = gatewayUrl(layout.ports);
  const operator = await Fan.logIn(
    url,
    process.env['OPERATOR_EMAIL'] ?? 'operator@frontrow.test',
    process.env['OPERATOR_PASSWORD'] ?? secrets.operator,
  );

  const seats = 20 * Math.ceil((1.5 * fans) / 20);
  const sale = await openSale(operator, {
    title: `Demo rush of ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`,
    artist: 'The Load',
    description: 'Made by `npm run demo`.',
    price,
    rows: seats / 20,
    seatsPerRow: 20,
  });
  console.log(
    `${fans} fans want two seats each of ${seats}, at ${price.toLocaleString('en')} points a seat.\n`,
  );
  const startedAt = performance.now();
  const bars = showProgress(fans);
  const outcome = await rush({ url, ...sale, price, fans, onProgress: bars.show }).finally(bars.stop);
  report(outcome, seats, (performance.now() - startedAt) / 1_000);

  console.log('\nWaiting for the system to come to rest …');
  const { progress, stop } = progressBar();
  const breaches = await audit({
    databaseUrl: (service) => databaseUrl(service, layout.ports, secrets),
    progress,
    report: printInvariant,
  }).finally(stop);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}

function readFans(args: string[]): number {
  const { values } = parseArgs({ args, options: { fans: { type: 'string', default: '500' } } });
  const fans = Number(values.fans);
  if (!Number.isInteger(fans) || fans < 1 || fans > 10_000)
    throw new Error('--fans must be from 1 to 10000.');
  return fans;
}

function showProgress(fans: number): { show: (outcome: Outcome) => void; stop: () => void } {
  const bars = new MultiBar(
    { format: '{name} {bar} {value}/{total}', hideCursor: true, noTTYOutput: true, notTTYSchedule: 10_000 },
    Presets.shades_classic,
  );
  const bar = (name: string) => bars.create(fans, 0, { name: name.padEnd(18) });
  const shown = {
    registered: bar('registered'),
    admitted: bar('let in'),
    held: bar('hold seats'),
    bought: bar('bought'),
  };
  return {
    show: (outcome) => {
      shown.registered.update(outcome.registered);
      shown.admitted.update(outcome.admitted);
      shown.held.update(outcome.held);
      shown.bought.update(outcome.bought);
    },
    stop: () => bars.stop(),
  };
}

function report(outcome: Outcome, seats: number, seconds: number): void {
  const { bought, changedTheirMind, hadTooFewPoints, gotNone } = outcome;
  console.log(`
${outcome.seats} of ${seats} seats were sold to ${bought} fans in ${seconds.toFixed(1)} s, registering included.
${gotNone} fans came too late, ${changedTheirMind} changed their mind, ${hadTooFewPoints} had too few points.

  register          ${stages.registering.toString()}
  wait to be let in ${stages.waiting.toString()}
  hold seats        ${stages.holding.toString()}
  pay               ${stages.paying.toString()}
  be confirmed      ${stages.confirming.toString()}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
