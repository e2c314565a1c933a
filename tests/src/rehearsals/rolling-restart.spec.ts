import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { failedOf, failings, rollingRestart } from '@frontrow/chaos/rolling-restart/rolling-restart';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import type { Stack } from '@frontrow/stack/stack';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';
import { compiled } from '@frontrow/stack/testing/story-stack';
import { addedColumn, makeNextRelease } from '../testing/next-release.ts';

/** The service with the new migration, and the one that all requests pass. `npm run rolling-restart` restarts all services. */
const restarted = ['payments', 'gateway'] as const;

describe('a rolling restart into the next release, while fans buy', () => {
  it('costs no purchase, and leaves all processes with the next release', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'frontrow-upgrade-'));
    try {
      const to = await makeNextRelease(join(scratch, 'next'));
      const foundOut: string[] = [];
      const report = await rollingRestart({
        system: {
          home: join(scratch, 'home'),
          ports: await freeLayoutPorts({ replicas: 2, natsServers: 1, gateways: 2 }),
          replicas: 2,
          durable: false,
          cache: cacheFolder,
          compiled,
          environment: { LOG_LEVEL: 'warn' },
        },
        ...{ to, of: restarted, seed: 1, fansAtOnce: 2 },
        look: async (stack) => {
          foundOut.push(...(await releasesOf(stack, to)), ...(await columnsOf(stack)));
        },
      });
      expect(failings(report)).toEqual([]);
      expect(failedOf(report)).toHaveLength(0);
      expect(report.purchases.length).toBeGreaterThan(10);
      expect(report.restarts).toBe(4);
      expect(foundOut).toEqual([...['payments', 'payments-2', 'gateway', 'gateway-2'], addedColumn.column]);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }, 300_000);
});

/** The names of the processes that run from this folder. */
async function releasesOf({ services }: Stack, folder: string): Promise<string[]> {
  const found = await Promise.all(
    services.map(async ({ name, pid }) => ((await readlink(`/proc/${pid}/cwd`)) === folder ? [name] : [])),
  );
  return found.flat();
}

async function columnsOf(stack: Stack): Promise<string[]> {
  const database = await createConnection(stack.databaseUrl('payments'));
  const [rows] = await database.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?`,
    [addedColumn.table, addedColumn.column],
  );
  await database.end();
  return (rows as { name: string }[]).map(({ name }) => name);
}
