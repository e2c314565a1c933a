import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPorts } from './layout.ts';
import { claim, runningLayout } from './running.ts';

const layout = { ports: standardPorts, replicas: 1, natsServers: 1 } as const;

describe('a data folder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'frontrow-home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('belongs to one running system at a time', () => {
    const release = claim(home, layout);
    expect(() => claim(home, layout)).toThrow(`runs already out of ${home} (process ${process.pid})`);
    expect(runningLayout(home)).toMatchObject(layout);
    release();
    expect(runningLayout(home)).toBeUndefined();
    claim(home, layout)();
  });

  it('is free again when the one that ran it died, even if its process id lives on in another', () => {
    claim(home, layout);
    const file = join(home, 'running.json');
    const note = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...note, birth: 'long ago' }));
    expect(runningLayout(home)).toBeUndefined();
    claim(home, layout)();
  });

  it('is free when the note about it cannot be read', () => {
    writeFileSync(join(home, 'running.json'), '{ "pid": 1');
    claim(home, layout)();
  });
});
