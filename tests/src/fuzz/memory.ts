import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Code that runs in each service before its own. At SIGUSR2 it collects all garbage and reports what is left. Otherwise, memory
 * would show how much room a process was given, not how much it needs.
 */
const teller = `
  import { renameSync, writeFileSync } from 'node:fs';
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    collect();
    collect();
    const file = process.env.FUZZ_MEMORY + '/' + process.pid;
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(file + '.new', String(heapUsed + external));
    renameSync(file + '.new', file);
  });`;

const patienceMs = 30_000;

/** Asks services how much memory they need. */
export class Memory {
  readonly #folder = mkdtempSync(join(tmpdir(), 'frontrow-fuzz-'));

  /** The environment with which services have to be started. */
  readonly environment = {
    FUZZ_MEMORY: this.#folder,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(teller)}`,
  };

  /** What a process keeps on its heap and in buffers, in KB; undefined if the process does not answer. */
  async keptBy(pid: number): Promise<number | undefined> {
    const file = join(this.#folder, String(pid));
    const toldAt = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const before = toldAt();
    try {
      process.kill(pid, 'SIGUSR2');
      for (const giveUpAt = Date.now() + patienceMs; toldAt() === before;) {
        if (Date.now() > giveUpAt) return undefined;
        await pause(20);
      }
      return Math.round(Number(readFileSync(file, 'utf8')) / 1024);
    } catch {
      return undefined;
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
