import { timeLeft } from '@frontrow/stack/time-left';
import { MultiBar, Presets } from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import { lastsMs } from './plan.ts';
import type { PlannedFault } from './plan.ts';

/** Shows on a terminal how far the faults of a plan are, with the lines that are told meanwhile above the bar; elsewhere it only prints the lines. */
export class Timeline {
  readonly #seconds: number;
  readonly #bars = process.stdout.isTTY
    ? new MultiBar(
        {
          format: '{bar} {left} left, then all fans finish',
          hideCursor: true,
          clearOnComplete: true,
        },
        Presets.shades_classic,
      )
    : undefined;
  #bar: SingleBar | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(faults: readonly PlannedFault[]) {
    this.#seconds = Math.ceil(lastsMs(faults) / 1_000);
  }

  /** @param fault which begins now; the first one says when the plan has begun */
  begin({ atMs }: PlannedFault): void {
    if (this.#bars === undefined || this.#bar !== undefined) return;
    const startedAt = Date.now() - atMs;
    const bar = this.#bars.create(this.#seconds, 0, { left: timeLeft(this.#seconds) });
    const tick = () => {
      const passed = Math.min(this.#seconds, Math.round((Date.now() - startedAt) / 1_000));
      bar.update(passed, { left: timeLeft(this.#seconds - passed) });
    };
    this.#bar = bar;
    this.#ticking = setInterval(tick, 500);
    tick();
  }

  say(line: string): void {
    if (this.#bars === undefined) console.log(line);
    else this.#bars.log(`${line}\n`);
  }

  stop(): void {
    clearInterval(this.#ticking);
    this.#bars?.stop();
  }
}
