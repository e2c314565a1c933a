import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { manifestFile } from '@frontrow/stack/backup/backup';
import type { Manifest } from '@frontrow/stack/backup/backup';
import { Crowd } from '@frontrow/chaos/crowd';
import { openMarket } from '@frontrow/chaos/market';
import { endOf } from '@frontrow/chaos/purchase';
import { Fan } from '@frontrow/stack/fan';
import { rootFolder } from '@frontrow/stack/home';
import { freeLayoutPorts } from '@frontrow/stack/servers/ports';
import { startStack } from '@frontrow/stack/stack';
import type { Stack } from '@frontrow/stack/stack';
import { cacheFolder } from '@frontrow/stack/testing/cache-folder';
import { compiled } from '@frontrow/stack/testing/story-stack';
import { audit } from '@frontrow/audit/audit';

describe('a backup that is taken while fans buy', () => {
  let scratch: string;
  let stack: Stack | undefined;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'frontrow-backup-'));
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(scratch, { recursive: true, force: true });
  }, 30_000);

  const start = async (home: string) =>
    startStack({
      home: join(scratch, home),
      ports: await freeLayoutPorts(),
      durable: false,
      cache: cacheFolder,
      compiled,
      environment: { LOG_LEVEL: 'warn' },
    });

  /** The two commands of docs/operations.md, with folders of this story's own. */
  const runbook = async () => {
    const page = await readFile(join(rootFolder, 'docs/operations.md'), 'utf8');
    const block = /```sh\n(npm run backup .*?)```/s.exec(page)?.[1] ?? '';
    const own = block.replaceAll('/backups', scratch).replaceAll('/elsewhere', join(scratch, 'elsewhere'));
    return own.trim().split('\n');
  };
  const carryOut = async (command: string, home: string) => {
    expect(command).toMatch(/npm run (backup|restore) -- \S+monday/);
    const env = { ...process.env, FRONTROW_HOME: home, NODE_OPTIONS: '' };
    return (await promisify(execFile)('sh', ['-c', command], { cwd: rootFolder, env })).stdout;
  };

  it('is restored elsewhere, with an empty broker, to a system that the audit finds clean', async () => {
    stack = await start('home');
    const crowd = new Crowd(await openMarket(stack, 30), 1, { intents: ['buy'], atOnce: 8 });
    await untilBought(crowd, 10);
    const [backUp = '', restore = ''] = await runbook();
    console.log(await carryOut(backUp, stack.home));
    await crowd.closeDoors(60_000);
    await stack.stop();
    stack = undefined;

    await carryOut(restore, '');
    const { takenAt } = JSON.parse(await readFile(manifestFile(join(scratch, 'monday')), 'utf8')) as Manifest;
    stack = await start('elsewhere');
    const restored = stack;
    expect(await audit({ databaseUrl: (service) => restored.databaseUrl(service) })).toEqual([]);

    const before = crowd.purchases.filter(
      (purchase) => endOf(purchase) === 'confirmed' && (purchase.endedAt ?? Infinity) < Date.parse(takenAt),
    );
    expect(before.length).toBeGreaterThanOrEqual(10);
    expect(await confirmedOf(stack)).toEqual(
      expect.arrayContaining(before.map(({ hold }) => hold?.reservationId)),
    );
    const { gatewayUrl, operator } = stack;
    await expect(Fan.logIn(gatewayUrl, operator.email, operator.password)).resolves.toBeInstanceOf(Fan);
  }, 240_000);
});

async function untilBought(crowd: Crowd, count: number): Promise<void> {
  while (crowd.purchases.filter((purchase) => endOf(purchase) === 'confirmed').length < count)
    await crowd.untilNextEnds();
}

async function confirmedOf(stack: Stack): Promise<string[]> {
  const database = await createConnection(stack.databaseUrl('reservations'));
  const [rows] = await database.query("SELECT id FROM reservations WHERE status = 'CONFIRMED'");
  await database.end();
  return (rows as { id: string }[]).map(({ id }) => id);
}
