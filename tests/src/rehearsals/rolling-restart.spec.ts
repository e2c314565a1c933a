import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rootFolder } from '@frontrow/stack/home';
import { processName, services, subgraphs } from '@frontrow/stack/layout';
import { makeNextRelease, mark } from '../testing/next-release.ts';

describe('a rolling restart of three brokers and three processes of every service into the next release, while fans buy', () => {
  it('costs no purchase, and leaves all processes with the next release', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'frontrow-upgrade-'));
    try {
      const next = await makeNextRelease(join(scratch, 'next'));
      const command = (await runbook()).replace('/srv/frontrow-next', next);
      expect(command).toMatch(/npm run rolling-restart -- --to \S+\/next --replicas 3 --nats 3 --fans 2/);
      const env = { ...process.env, FRONTROW_HOME: scratch, NODE_OPTIONS: '', LOG_LEVEL: 'info' };
      const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: rootFolder, env }).catch(
        (failure: unknown) => failure as { stdout: string },
      );
      console.log(stdout);
      const brokers = numbered('nats', 3);
      const processes = services.flatMap((name) => numbered(name, name === 'gateway' ? 2 : 3));
      expect([...stdout.matchAll(/^ {2}(\S+) +restarted in/gm)].map(([, name]) => name)).toEqual([
        ...brokers,
        ...processes,
      ]);
      expect(Number(/(\d+) purchases ran, 0 failed/.exec(stdout)?.[1])).toBeGreaterThan(10);
      expect(stdout).toContain('No purchase failed, and the audit is clean.');
      // Processes of payments end at once when the column is missing, which the migrations add before: MIGRATIONS=check.
      const migrations = subgraphs.map((name) => `${name}-migrations`);
      expect(await marked(join(scratch, 'rolling-restart/logs'))).toEqual(
        [...migrations, ...processes].sort(),
      );
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }, 900_000);
});

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => processName(name, index));

/** The command of docs/operations.md. */
async function runbook(): Promise<string> {
  const page = await readFile(join(rootFolder, 'docs/operations.md'), 'utf8');
  return /```sh\n(npm run rolling-restart .*?)```/s.exec(page)?.[1] ?? '';
}

/** The names of the processes in whose logs the next release says that it begins. */
async function marked(logs: string): Promise<string[]> {
  const files = (await readdir(logs)).filter((name) => name.endsWith('.log'));
  const found = await Promise.all(
    files.map(async (file) =>
      (await readFile(join(logs, file), 'utf8')).includes(mark) ? [file.replace('.log', '')] : [],
    ),
  );
  return found.flat().sort();
}
