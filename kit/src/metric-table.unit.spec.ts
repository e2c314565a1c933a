import { readFileSync } from 'node:fs';
import { createLogger } from './log.ts';
import { metricTable, processMetrics } from './metric-table.ts';
import { Metrics } from './metrics.ts';

const rows = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const codes = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

describe('docs/metrics.md', () => {
  it('has every metric that the code has, and no other', () => {
    const documented = rows.map(([name, type, labels, by, help]) => ({
      ...{ name: codes(name)[0], type, labels: codes(labels), by, help },
    }));
    const declared = Object.entries(metricTable).map(([name, { type, labels, by, help }]) => ({
      ...{ name, type, labels: [...labels], by, help },
    }));
    expect(documented).toEqual(declared);
  });

  it('names what Node tells of a process, as the library calls it', async () => {
    const text = await new Metrics('tested', createLogger('test', 'silent')).text();
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    for (const name of processMetrics) {
      expect(text).toMatch(new RegExp(`^${name}\\{service="tested"\\} `, 'm'));
      expect(page).toContain(`\`${name}\``);
    }
  });
});
