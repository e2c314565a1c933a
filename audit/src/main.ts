import { homeFolder } from '@frontrow/stack/home';
import { databaseAddresses } from '@frontrow/stack/database-addresses';
import { audit } from './audit.ts';
import { printInvariant } from './print.ts';
import { progressBar } from './progress-bar.ts';

/**
 * `npm run audit`: proves the invariants of the system whose databases the environment names, or that `npm start` runs. Exits
 * with 1 if one is broken.
 */
async function main(): Promise<void> {
  const addresses = databaseAddresses(process.env, homeFolder());
  console.log('Waiting for the system to come to rest …');
  const { progress, stop } = progressBar();
  const breaches = await audit({ ...addresses, progress, report: printInvariant }).finally(stop);
  console.log(
    breaches.length === 0 ? '\nThe audit is clean.' : `\n${breaches.length} rows break an invariant.`,
  );
  process.exitCode = breaches.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
