import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProfiles } from './profile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontrow-profiles-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The profile of a process that spent these ms in each file. */
function profileOf(msByUrl: Readonly<Record<string, number>>): string {
  const urls = Object.keys(msByUrl);
  return JSON.stringify({
    nodes: urls.map((url, id) => ({
      id,
      callFrame: { functionName: url === '' ? '(idle)' : 'work', url },
    })),
    samples: urls.map((_, id) => id),
    timeDeltas: urls.map((url) => (msByUrl[url] as number) * 1_000),
  });
}

it('shows what share of its own time each process spent in which package, the busiest process first', async () => {
  const queue = { 'file:///app/subgraphs/queue/dist/main.js': 500, 'node:net': 500, '': 60_000 };
  const concerts = {
    'file:///app/subgraphs/concerts/dist/main.js': 1_000,
    'file:///app/node_modules/mysql2/lib/connection.js': 2_900,
    'file:///app/node_modules/zod/index.js': 100,
    'node:inspector': 9_000,
  };
  await writeFile(join(folder, 'queue-1.cpuprofile'), profileOf(queue));
  await writeFile(join(folder, 'concerts-2.cpuprofile'), profileOf(concerts));
  expect(readProfiles(folder)).toEqual([
    '| % of its own time | concerts | queue |',
    '| --- | --- | --- |',
    '| busy, s | 4.0 | 1.0 |',
    '| mysql2 | 73 | 0 |',
    '| Frontrow: subgraphs/queue | 0 | 50 |',
    '| node:net | 0 | 50 |',
    '| Frontrow: subgraphs/concerts | 25 | 0 |',
    '| everything else | 3 | 0 |',
  ]);
});
