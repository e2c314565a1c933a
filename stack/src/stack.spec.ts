import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { services, subgraphs } from './layout.ts';
import { isAlive } from './processes/process.ts';
import { runningLayout } from './running.ts';
import { freeLayoutPorts } from './servers/ports.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';
import { cacheFolder } from './testing/cache-folder.ts';
import { makeStandIns } from './testing/stand-in.ts';

describe('a stack', () => {
  let scratch: string;
  let options: StackOptions;
  let stack: Stack | undefined;

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'frontrow-stack-'));
    options = {
      home: join(scratch, 'home'),
      root: scratch,
      durable: false,
      cache: cacheFolder,
      ports: await freeLayoutPorts(),
    };
    stack = undefined;
  });
  afterEach(async () => {
    await stack?.stop();
    await rm(scratch, { recursive: true });
  });

  it('runs every service, each with a database that no other can open', async () => {
    await makeStandIns(scratch);
    stack = await startStack(options);
    expect(stack.processes.map(({ name }) => name)).toEqual(['mysql', 'nats', 'receivers', ...services]);
    expect(stack.processes.every(({ pid }) => pid && isAlive(pid))).toBe(true);

    for (const subgraph of subgraphs) {
      const connection = await createConnection(stack.databaseUrl(subgraph));
      const [databases] = await connection.query(`SHOW DATABASES LIKE 'frontrow%'`);
      expect(Object.values(databases as object).flatMap(Object.values)).toEqual([`frontrow_${subgraph}`]);
      await connection.end();
    }
  }, 60_000);

  it('ends the gateway before the subgraphs, and leaves nothing behind', async () => {
    await makeStandIns(scratch);
    stack = await startStack(options);
    const pids = stack.processes.map(({ pid }) => pid!);
    await stack.stop();

    const askedAt = async (name: string) =>
      Number(
        /asked to end at (\d+)/.exec(await readFile(join(scratch, 'home/logs', `${name}.log`), 'utf8'))?.[1],
      );
    const gateway = await askedAt('gateway');
    for (const subgraph of subgraphs) expect(await askedAt(subgraph)).toBeGreaterThan(gateway);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(runningLayout(options.home)).toBeUndefined();
  }, 60_000);

  it('takes everything down again when one service does not start, and says why', async () => {
    await makeStandIns(scratch, { payments: `console.error('no wallet'); process.exit(1);` });
    const lines: string[] = [];
    await expect(startStack({ ...options, log: (line) => lines.push(line) })).rejects.toThrow(
      /payments ended with exit code 1 before it was ready\.[^]*payments\.log:[^]*no wallet/,
    );
    expect(lines.join()).toContain('mysql');
    expect(runningLayout(options.home)).toBeUndefined();
  }, 60_000);
});
