import { join } from 'node:path';
import { printInvariant } from '@frontrow/audit/print';
import { inSeconds } from '../report.ts';
import { homeFolder, rootFolder } from '@frontrow/stack/home';
import { endWith, interruption } from '@frontrow/stack/interruption';
import { standGuard } from '@frontrow/stack/processes/guard';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import { readOptions, usage } from './options.ts';
import { failedOf, failings, rollingRestart } from './rolling-restart.ts';
import type { Report } from './rolling-restart.ts';

/**
 * `npm run rolling-restart`: ends every process and starts it again, one after the other, while fans buy. Exits with 1 if a fan
 * noticed.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), rootFolder);
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const guard = standGuard();
  const signal = interruption(() => {
    guard.kill();
    process.exit(130);
  });
  const { to, replicas, natsServers } = options;
  const home = join(homeFolder(), 'rolling-restart');
  const ports = await freeLayoutPorts({ replicas, natsServers, gateways: 2 });
  console.log(
    `Starting two gateways, ${replicas} processes of each subgraph and ${natsServers} of NATS. Data and logs are in ${home}.`,
  );
  const report = await rollingRestart({
    system: { home, ports, replicas, natsServers, fresh: true, compiled: to !== undefined, guard, signal },
    ...options,
    onRestart: (name, ms) => console.log(`  ${name.padEnd(16)} restarted in ${inSeconds(ms)}`),
    auditReport: printInvariant,
  });
  console.log(describe(report));
  process.exitCode = failings(report).length === 0 ? 0 : 1;
}

function describe(report: Report): string {
  const { purchases, restarts, lastedMs, longestWaitMs, slowestPurchaseMs, repeated } = report;
  const found = failings(report);
  const reasons = [...repeated].map(([reason, times]) => `${times} × ${reason}`).join(', ') || 'none';
  return `
${restarts} processes were restarted in ${inSeconds(lastedMs)}.
${purchases.length} purchases ran, ${failedOf(report).length} failed. The longest wait for an answer was ${inSeconds(longestWaitMs)}, the slowest purchase took ${inSeconds(slowestPurchaseMs)}.
Requests that were repeated, as the contract has it: ${reasons}.
${found.length === 0 ? 'No purchase failed, and the audit is clean.' : found.join('\n')}`;
}

endWith(main());
