import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeptProcess, type Keeping } from './kept-process.ts';
import { isAlive, launch } from './process.ts';

describe('a process that is kept running', () => {
  let scratch: string;
  let lines: string[];
  let kept: KeptProcess | undefined;

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'frontrow-kept-'));
    lines = [];
    kept = undefined;
  });
  afterEach(async () => {
    await kept?.stop();
    await rm(scratch, { recursive: true });
  });

  function sleeper(script = 'exec sleep 60', check = () => Promise.resolve()): Keeping {
    const program = { name: 'sleeper', command: '/bin/sh', args: ['-c', script], log: join(scratch, 'log') };
    return {
      name: 'sleeper',
      launch: () => launch(program),
      check,
      startTimeout: 1_000,
      patience: 1_000,
      log: (line) => lines.push(line),
    };
  }

  it('comes back when it is killed, and says so', async () => {
    kept = await KeptProcess.start(sleeper());
    const first = kept.pid;
    kept.kill('SIGKILL');
    expect(kept.pid).toBeUndefined();
    await kept.waitUntilReady();
    expect(kept.pid).not.toBe(first);
    expect(lines[0]).toContain('sleeper was ended by SIGKILL');
    expect(lines.at(-1)).toBe('sleeper is back.');
  });

  it('shows the end of its log when it has died by itself', async () => {
    kept = await KeptProcess.start(sleeper('sleep 0.1; echo out of luck; exit 3'));
    while (lines.length === 0) await sleep(20);
    expect(lines[0]).toMatch(/sleeper ended with exit code 3\.[^]*out of luck/);
  });

  it('says why nobody could ask it', async () => {
    // Port 10080 is one that `fetch` refuses to ask.
    const check = () => fetch('http://127.0.0.1:10080/readyz').then(() => undefined);
    await expect(KeptProcess.start(sleeper(undefined, check))).rejects.toThrow(
      /^sleeper was not ready within 1 s: TypeError: fetch failed \(Error: bad port\)/,
    );
  });

  it('is not started again before the work for the meantime is done', async () => {
    kept = await KeptProcess.start(sleeper());
    const first = kept.pid!;
    await kept.killAndThen(async () => {
      expect(isAlive(first)).toBe(false);
      await sleep(400); // twice as long as it waits otherwise
      expect(kept!.pid).toBeUndefined();
    });
    await kept.waitUntilReady();
    expect(kept.pid).not.toBe(first);
  });

  it('is a new process after a restart, of which nothing is logged', async () => {
    kept = await KeptProcess.start(sleeper());
    const first = kept.pid;
    await kept.restart();
    expect(kept.pid).not.toBe(first);
    expect(lines).toEqual([]);
  });

  it('stays down once it is stopped', async () => {
    kept = await KeptProcess.start(sleeper());
    kept.kill('SIGKILL');
    await kept.stop();
    await sleep(300);
    expect(kept.pid).toBeUndefined();
  });

  it('is ended by force when it ignores the request', async () => {
    const deaf = 'trap "" TERM; echo deaf; while :; do sleep 0.1; done';
    const isDeaf = async () => expect(await readFile(join(scratch, 'log'), 'utf8')).toContain('deaf');
    kept = await KeptProcess.start({ ...sleeper(deaf, isDeaf), patience: 200 });
    const pid = kept.pid ?? 0;
    await kept.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('fails to start with its exit code and the end of its log', async () => {
    const failing = sleeper('echo no such setting; exit 1', () => Promise.reject(new Error('not ready')));
    await expect(KeptProcess.start(failing)).rejects.toThrow(
      /exit code 1 before it was ready\.[^]*no such setting/,
    );
  });

  it('fails to start when it is never ready, and is not left behind', async () => {
    let pid = 0;
    const never = sleeper('exec sleep 60', () => Promise.reject(new Error('no database')));
    const launchIt = never.launch;
    never.launch = async () => {
      const running = await launchIt();
      pid = running.pid;
      return running;
    };
    await expect(KeptProcess.start(never)).rejects.toThrow(/not ready within 1 s: Error: no database/);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
