import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { rootFolder } from '../home.ts';
import { subgraphs } from '../layout.ts';
import { isAlive } from '../processes/process.ts';
import { runningLayout } from '../running.ts';
import { freeLayoutPorts } from '../servers/ports.ts';
import { startStack } from '../stack.ts';
import { cacheFolder } from '../testing/cache-folder.ts';
import { makeStandIns } from '../testing/stand-in.ts';
import { dumpFile, manifestFile } from './backup.ts';
import { restoreHome } from './home.ts';

const tables = [
  'CREATE TABLE outbox (id INT PRIMARY KEY, published_at DATETIME(3) NULL)',
  'CREATE TABLE inbox (id INT PRIMARY KEY, handled_at DATETIME(3) NOT NULL)',
  'CREATE TABLE failed_attempts (id INT PRIMARY KEY, failed_at DATETIME(3) NOT NULL)',
];

describe('a restore into a folder', () => {
  let scratch: string;
  let home: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'frontrow-restore-'));
    home = join(scratch, 'home');
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const start = async () => {
    await makeStandIns(scratch);
    const ports = await freeLayoutPorts();
    const stack = await startStack({ home, root: scratch, durable: false, cache: cacheFolder, ports });
    await stack.stop();
  };

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'that %s cuts off leaves no server, and nothing starts there until it is repeated',
    async (signal) => {
      const restoring = spawn(
        process.execPath,
        [
          ...['--import', import.meta.resolve('tsx'), '-C', 'source'],
          ...[
            join(import.meta.dirname, 'restore-main.ts'),
            await backupOf(scratch, 'endless', 'DO SLEEP(600)'),
          ],
        ],
        { cwd: rootFolder, env: { ...process.env, FRONTROW_HOME: home }, stdio: 'inherit' },
      );
      const ended = once(restoring, 'exit');
      const server = await serverWhere('outbox.ibd');
      restoring.kill(signal);
      const [code] = (await ended) as [number | null];
      expect(code).toBe(signal === 'SIGINT' ? 130 : null);
      for (let tries = 0; isAlive(server) && tries < 100; tries++) await pause(100);
      expect(isAlive(server)).toBe(false);

      await expect(start()).rejects.toThrow(/A restore into .*home did not end/);
      const whole = await backupOf(scratch, 'whole');
      const { takenAt } = await restoreHome(home, whole, { durable: false, cache: cacheFolder });
      expect(takenAt).toBe('2026-01-01T00:00:00.000Z');
      expect(runningLayout(home)).toBeUndefined();
      await expect(restoreHome(home, whole)).rejects.toThrow(/is not empty.*Nothing was changed/);
      await start();
    },
    120_000,
  );

  it('changes nothing if there is no whole backup', async () => {
    const folder = await backupOf(scratch, 'incomplete');
    await rm(manifestFile(folder));
    await expect(restoreHome(home, folder)).rejects.toThrow(/is not a backup, or it is incomplete/);
    expect(existsSync(home)).toBe(false);
  });

  /** The process id of the server, once the database of users has this file. */
  async function serverWhere(file: string): Promise<number> {
    for (let tries = 0; tries < 300; tries++) {
      if (existsSync(join(home, 'mysql/frontrow_users', file)))
        return Number(await readFile(join(home, 'mysql/mysqld.pid'), 'utf8'));
      await pause(100);
    }
    throw new Error('the restore has not begun within 30 s');
  }
});

/** A backup of what `npm start` runs, with tables that are empty, and these statements after them. */
async function backupOf(scratch: string, name: string, ...statements: string[]): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder);
  const lines = [...tables, ...statements].map((statement) => `${statement};\n`).join('');
  for (const service of subgraphs) await writeFile(dumpFile(folder, service), gzipSync(lines));
  await writeFile(join(folder, 'secrets.json'), '{}');
  await writeFile(
    manifestFile(folder),
    JSON.stringify({ takenAt: '2026-01-01T00:00:00.000Z', commitsWaitedMs: 1 }),
  );
  return folder;
}
