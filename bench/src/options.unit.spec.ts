import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import { apart } from './apart/all.ts';
import { fileOf, readOptions } from './options.ts';

/** The words after `npm run bench --` in each line of the code blocks of a document. */
const commandsIn = (document: string) =>
  [...readFileSync(join(rootFolder, document), 'utf8').matchAll(/^npm run bench -- ([^#\n]+)/gm)].map(
    ([, words = '']) => words.trim().split(/ +/),
  );

describe('the options of npm run bench', () => {
  it.each(['docs/performance.md', 'bench/README.md'])('are those that %s uses', (document) => {
    const commands = commandsIn(document).filter(([name = '']) => !Object.hasOwn(apart, name));
    expect(commands.length).toBeGreaterThan(3);
    for (const words of commands) expect(() => readOptions(words)).not.toThrow();
  });

  it('name all mistakes', () => {
    const wrong = () => readOptions(['purchase', 'bargain', '--beside', 'redis-line', '--gateways', '0']);
    expect(wrong).toThrow('There is no scenario called "bargain".');
    expect(wrong).toThrow('No peer called redis-line can do purchase.');
    expect(wrong).toThrow('--gateways');
    expect(() => readOptions([])).toThrow('Which scenario is to be measured?');
  });

  it('give each of several scenarios a file of its own', () => {
    expect(fileOf('figures/join.json', 'join', ['join'])).toBe('figures/join.json');
    expect(fileOf('figures/growth.json', 'join', ['purchase', 'join'])).toBe('figures/growth-join.json');
  });
});
