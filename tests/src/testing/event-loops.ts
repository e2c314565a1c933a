import type { EventLoopDelays } from '@frontrow/kit/testing/event-loop';
import { tsx } from '@frontrow/stack/services';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Watches the event loops of other processes from within. */
export class EventLoops {
  readonly #folder = mkdtempSync(join(tmpdir(), 'frontrow-event-loops-'));

  /** The environment for processes that are to be watched. */
  get environment(): NodeJS.ProcessEnv {
    const probe = import.meta.resolve('./event-loop-probe.ts');
    return {
      EVENT_LOOPS: this.#folder,
      NODE_OPTIONS: `--conditions=source --import ${tsx()} --import ${probe}`,
    };
  }

  /** The delays of a process since the last call. The process answers when it has time. */
  async seenBy(pid: number): Promise<EventLoopDelays> {
    const file = join(this.#folder, String(pid));
    process.kill(pid, 'SIGUSR2');
    while (!existsSync(file)) await pause(10);
    const seen = JSON.parse(readFileSync(file, 'utf8')) as EventLoopDelays;
    rmSync(file);
    return seen;
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
