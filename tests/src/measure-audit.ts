import { closeDatabases, openDatabases } from '@frontrow/stack/audit/audit';
import { invariants } from '@frontrow/stack/audit/invariants';
import { fillDatabases } from './testing/bulk-sale/bulk-sale.ts';
import { startSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';

// `npx tsx -C source tests/src/measure-audit.ts [reservations]`: how long the audit of so many reservations (a million) takes, each
// invariant by itself and all of it as `npm run audit` does it, and how much memory. All are of the last half day, so that every
// event is still there. To make them takes much longer than to audit them.

const count = Number(process.argv[2] ?? 1_000_000);
const system = await startSystem();
try {
  await Promise.all(system.stack.services.map((service) => service.stop()));
  const filledAfter = await secondsOf(() => fillDatabases(system.stack.mysqlUrl, count));
  console.log(`${count.toLocaleString('en')} reservations were made in ${filledAfter} s.`);
  await measure(system);
} finally {
  await system.stop();
}

async function measure(system: System): Promise<void> {
  const databases = openDatabases((service) => system.stack.databaseUrl(service));
  for (const invariant of invariants) {
    let breaches = 0;
    const seconds = await secondsOf(async () => {
      for await (const _ of invariant.breaches(databases, new Date())) breaches++;
    });
    console.log(`${seconds.padStart(6)} s for invariant ${invariant.number}: ${breaches} breaches`);
  }
  await closeDatabases(databases);
  let found = 0;
  const seconds = await secondsOf(async () => {
    found = (await system.audit()).length;
  });
  console.log(`${seconds.padStart(6)} s for the audit, with the wait for rest: ${found} breaches`);
  const { maxRSS } = process.resourceUsage();
  console.log(`Its process took ${(maxRSS / 1024).toFixed(0)} MB at the most.`);
}

async function secondsOf(work: () => Promise<void>): Promise<string> {
  const startedAt = performance.now();
  await work();
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}
