import { join } from 'node:path';
import { printInvariant } from '@frontrow/audit/print';
import { homeFolder } from '@frontrow/stack/home';
import { endWith, interruption } from '@frontrow/stack/interruption';
import { standGuard } from '@frontrow/stack/processes/guard';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import { chaos } from './chaos.ts';
import { readOptions, usage } from './options.ts';
import { planAlone, planFaults } from './plan.ts';
import type { PlannedFault } from './plan.ts';
import { describe, failings, inSeconds } from './report.ts';
import { Timeline } from './timeline.ts';

/**
 * `npm run chaos`: fans buy while everything that they depend on is killed, stopped, cut off and emptied. Then comes the audit.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const guard = standGuard();
  const signal = interruption(() => {
    guard.kill();
    process.exit(130);
  });
  const { replicas, natsServers, seed } = options;
  const home = join(homeFolder(), 'chaos');
  const ports = await freeLayoutPorts({ replicas, natsServers });
  const { alone } = options;
  const faults = alone === undefined ? planFaults(options) : [planAlone(alone)];
  const what = alone === undefined ? `${faults.length} faults in ${options.seconds} s` : 'one replica alone';
  console.log(`Seed ${seed}: ${what}. Data and logs are in ${home}.`);
  const timeline = new Timeline(faults);
  const onFault = (fault: PlannedFault) => {
    timeline.begin(fault);
    timeline.say(lineOf(fault));
  };
  const report = await chaos({
    system: { home, ports, replicas, natsServers, fresh: true, guard, signal },
    ...{ seed, faults, onFault, auditReport: printInvariant },
    ...(alone !== undefined && { habits: { intents: ['buy'], atOnce: 4 }, holdSeconds: 300 }),
  }).finally(() => timeline.stop());
  console.log(describe(report));
  process.exitCode = failings(report).length === 0 ? 0 : 1;
}

function lineOf({ atMs, fault, name }: PlannedFault): string {
  const what = fault.kind === 'wipe' ? `${fault.brokers.join(', ')} and ${fault.process}` : fault.process;
  const forHow = 'forMs' in fault ? ` for ${inSeconds(fault.forMs)}` : '';
  return `${inSeconds(atMs).padStart(9)}  ${name}: ${what}${forHow}`;
}

endWith(main());
