import { Presets, SingleBar } from 'cli-progress';
import { homeFolder } from '@frontrow/stack/home';
import { databaseAddresses } from '@frontrow/stack/database-addresses';
import { audit } from './audit.ts';
import { printInvariant } from './print.ts';

/**
 * `npm run audit`: proves the invariants of the system whose databases the environment names, or that `npm start` runs. Exits
 * with 1 if one is broken.
 */
async function main(): Promise<void> {
  const addresses = databaseAddresses(process.env, homeFolder());
  console.log('Waiting for the system to come to rest …');
  const bar = new SingleBar(
    {
      format: '{bar} {value} of {total} invariants examined, {eta_formatted} left',
      ...{ hideCursor: true, clearOnComplete: true, noTTYOutput: true, notTTYSchedule: 10_000 },
    },
    Presets.shades_classic,
  );
  const progress = (examined: number, of: number) => {
    if (examined === 0) bar.start(of, 0);
    else bar.update(examined);
    if (examined === of) bar.stop();
  };
  const breaches = await audit({ ...addresses, progress, report: printInvariant }).finally(() => bar.stop());
  console.log(
    breaches.length === 0 ? '\nThe audit is clean.' : `\n${breaches.length} rows break an invariant.`,
  );
  process.exitCode = breaches.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
