import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chaos } from '@frontrow/chaos/chaos';
import type { PlannedFault } from '@frontrow/chaos/plan';
import { endOf } from '@frontrow/chaos/purchase';
import { failings } from '@frontrow/chaos/report';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';
import { compiled } from '@frontrow/stack/testing/story-stack';

/** One fault of each kind. `npm run chaos` makes them for as long as you like. */
const faults: readonly PlannedFault[] = [
  { atMs: 0, name: 'kill a service', fault: { kind: 'kill', process: 'reservations' } },
  { atMs: 500, name: 'empty the disk', fault: { kind: 'wipe', brokers: ['nats'], process: 'queue' } },
  {
    atMs: 2_000,
    name: 'silence',
    fault: { kind: 'silence', process: 'concerts', from: 'database', forMs: 2_000 },
  },
  { atMs: 3_000, name: 'kill the database', fault: { kind: 'kill', process: 'mysql' } },
  { atMs: 5_000, name: 'pause a service', fault: { kind: 'pause', process: 'payments', forMs: 2_000 } },
  { atMs: 6_000, name: 'cut off', fault: { kind: 'cut', process: 'concerts', from: 'broker' } },
];

describe('a system of which everything fails while fans buy', () => {
  it('loses nothing, does nothing twice, and is consistent again within 30 s', async () => {
    const home = await mkdtemp(join(tmpdir(), 'frontrow-chaos-'));
    const ports = await freeLayoutPorts();
    const system = { home, ports, durable: false, cache: cacheFolder, compiled };
    try {
      const report = await chaos({ system, seed: 1, faults });
      expect(failings(report)).toEqual([]);
      expect(report.purchases.map(endOf)).toEqual(expect.arrayContaining(['confirmed', 'refunded']));
      expect(report.faults.map(({ name }) => name)).toEqual(faults.map(({ name }) => name));
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }, 120_000);
});
