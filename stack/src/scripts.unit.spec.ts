import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from './home.ts';

const { scripts } = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
/** What runs sources: tsx, or the file that registers it. */
const runners = /\btsx\b|\bstack\/start\.mjs\b/;
const running = Object.entries(scripts).filter(([, command]) => runners.test(command));

describe('in a fresh clone, where nothing is compiled yet', () => {
  it.each(running)('npm run %s finds the sources of other workspaces', (_name, command) => {
    const withoutSources = command
      .split('&&')
      .filter((one) => runners.test(one) && !one.includes(' -C source '));
    expect(withoutSources).toEqual([]);
  });
});
