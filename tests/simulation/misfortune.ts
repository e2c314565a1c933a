import type { System } from './system.ts';
import type { Disk } from './world/jetstream.ts';
import type { Process } from './world/process.ts';
import type { Actor } from './world/scheduler.ts';

/** What befalls processes and the broker as a whole, until the storm is over. */
export class Misfortune implements Actor {
  readonly name = 'misfortune';
  readonly clockSkewMs = 0;
  readonly isAlive = true;
  readonly frozenUntil = 0;
  readonly #system: System;
  readonly #durationMs: number;

  constructor(system: System, durationMs: number) {
    this.#system = system;
    this.#durationMs = durationMs;
  }

  async strike(): Promise<void> {
    const { scheduler, faults } = this.#system;
    const isOverAt = scheduler.now + this.#durationMs;
    const everyMs = faults.weather.mishapEvery * 1_000;
    faults.isStorm = true;
    while (everyMs > 0 && scheduler.now < isOverAt) {
      await scheduler.pause(this, 2 * everyMs * scheduler.random.next());
      await this.#mishap();
    }
    await scheduler.pause(this, Math.max(0, isOverAt - scheduler.now));
    faults.isStorm = false;
  }

  async #mishap(): Promise<void> {
    const { random } = this.#system.scheduler;
    switch (random.below(4)) {
      case 0:
        this.#anyProcess()?.crash();
        return;
      case 1: {
        // SIGSTOP, and SIGCONT later
        const process = this.#anyProcess();
        if (process === undefined) return;
        process.frozenUntil = this.#system.scheduler.now + random.between(1_000, 60_000);
        return;
      }
      default:
        await this.#breakBroker();
    }
  }

  #anyProcess(): Process | undefined {
    const { scheduler, processes } = this.#system;
    return processes[scheduler.random.below(processes.length)];
  }

  async #breakBroker(): Promise<void> {
    const { jetStream, scheduler, faults } = this.#system;
    const { random } = scheduler;
    jetStream.stop();
    // Some are back before what was on its way has noticed.
    if (random.chance(0.3)) await scheduler.turn(this, 'the broker blinks');
    else await scheduler.pause(this, random.between(100, 30_000));
    const disk = faults.weather.brokerLoss
      ? random.pick<Disk>([
          'whole',
          'empty',
          { without: random.between(1, 5) },
          { rotten: random.pick(['counted', 'missing'] as const) },
        ])
      : 'whole';
    jetStream.start(disk);
  }
}
