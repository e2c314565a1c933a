import { homeFolder } from '../home.ts';
import { databaseUrl } from '../layout.ts';
import { runningLayout } from '../running.ts';
import { readSecrets } from '../secrets.ts';
import { audit } from './audit.ts';
import { printInvariant } from './print.ts';

/** `npm run audit`: proves the invariants of the system that `npm start` runs; exits 1 when one is broken. */
async function main(): Promise<void> {
  const layout = runningLayout(homeFolder());
  if (layout === undefined) throw new Error('Frontrow does not run: start it with `npm start` first.');
  const secrets = readSecrets(homeFolder());
  console.log('Waiting for the system to come to rest …');
  const breaches = await audit({
    databaseUrl: (service) => databaseUrl(service, layout.ports, secrets),
    report: printInvariant,
  });
  console.log(
    breaches.length === 0 ? '\nThe audit is clean.' : `\n${breaches.length} rows break an invariant.`,
  );
  process.exitCode = breaches.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
