import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { standGuard } from './guard.ts';
import { isAlive } from './process.ts';

const sleeper = () => spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
const end = (child: ReturnType<typeof sleeper>) => new Promise((resolve) => child.once('exit', resolve));

describe('a guard', () => {
  it('ends what it watches, and removes the folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'frontrow-guard-'));
    const guard = standGuard(folder);
    const child = sleeper();
    const ended = end(child);
    guard.watch(child.pid!);
    await Promise.all([guard.dismiss(), ended]);
    expect(existsSync(folder)).toBe(false);
  });

  it('does so too when its owner is ended by SIGKILL', async () => {
    const owner = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    owner.stdin.end(`
      import { spawn } from 'node:child_process';
      import { standGuard } from '${new URL('guard.ts', import.meta.url).href}';
      const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      standGuard().watch(child.pid);
      console.log(child.pid);
    `);
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const watched = Number(line.toString());
    expect(isAlive(watched)).toBe(true);
    owner.kill('SIGKILL');
    for (let tries = 0; isAlive(watched) && tries < 50; tries++) await sleep(100);
    expect(isAlive(watched)).toBe(false);
  }, 10_000);

  it('leaves alone what it was told to forget', async () => {
    const guard = standGuard();
    const child = sleeper();
    guard.watch(child.pid!);
    guard.forget(child.pid!);
    await guard.dismiss();
    expect(isAlive(child.pid!)).toBe(true);
    const ended = end(child);
    child.kill();
    await ended;
  });
});
