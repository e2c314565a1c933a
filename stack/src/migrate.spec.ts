import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { rootFolder } from './home.ts';
import { standardPorts } from './layout.ts';
import { standGuard } from './processes/guard.ts';
import { readSecrets } from './secrets.ts';
import { migrate } from './services.ts';
import { emptyDatabase } from './testing/empty-database.ts';

describe('a process that only runs its migrations (MIGRATIONS=only)', () => {
  let home: string;
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  const guard = standGuard();

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'frontrow-migrate-'));
    database = await emptyDatabase();
  });
  afterAll(async () => {
    await database.drop();
    await guard.dismiss();
    await rm(home, { recursive: true, force: true });
  });

  const around = () => ({
    ...{ root: rootFolder, logs: join(home, 'logs'), compiled: false, guard, log: () => undefined },
    layout: { ports: standardPorts, replicas: 1, natsServers: 1 as const },
    secrets: readSecrets(home),
    operator: { email: 'operator@frontrow.test', password: 'a-long-enough-password' },
    environment: { LOG_LEVEL: 'info' },
    // No broker listens there, because a job before a roll-out must not need one.
    reroute: (_: string, settings: Record<string, string>) => ({
      ...settings,
      NATS_URL: 'nats://127.0.0.1:1',
      DATABASE_URL: database.url,
    }),
  });

  it('makes the tables and ends with 0, also when there is nothing left to do', async () => {
    await migrate('payments', around());
    const tables = await tablesOf(database.url);
    expect(tables).toEqual(expect.arrayContaining(['migrations', 'outbox', 'payments', 'wallets']));
    await migrate('payments', around());
    expect(await tablesOf(database.url)).toEqual(tables);
    const log = await readFile(join(home, 'logs/payments-migrations.log'), 'utf8');
    expect(log.match(/all migrations have run/g)).toHaveLength(2);
  }, 60_000);

  it('ends with another exit code, and says why, if they cannot run', async () => {
    const nowhere = { ...around(), reroute: (_: string, settings: Record<string, string>) => settings };
    const password = { ...nowhere.secrets.databases, payments: '' };
    await expect(
      migrate('payments', {
        ...nowhere,
        secrets: { ...nowhere.secrets, databases: password, gateway: 'short' },
      }),
    ).rejects.toThrow(/payments-migrations ended with exit code 1.*GATEWAY_SECRET/s);
  }, 60_000);
});

async function tablesOf(url: string): Promise<string[]> {
  const connection = await createConnection(url);
  const [rows] = await connection.query('SHOW TABLES');
  await connection.end();
  return (rows as object[]).map((row) => String(Object.values(row)[0]));
}
