import type { System } from './system.ts';
import type { Disk } from './world/jetstream.ts';
import { keepAlive } from './world/globals.ts';
import type { Process } from './world/process.ts';
import type { Actor } from './world/scheduler.ts';

/** How often a process without a database tells the broker that it is still working, in ms of the world. */
const keepAliveMs = 5_000;

/** What happens to processes and to the whole broker, until the storm is over. */
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
    const { alone } = faults.weather;
    if (alone !== undefined) void this.#cutOff(alone);
    while (everyMs > 0 && scheduler.now < isOverAt) {
      await scheduler.pause(this, 2 * everyMs * scheduler.random.next());
      await this.#mishap();
    }
    await scheduler.pause(this, Math.max(0, isOverAt - scheduler.now));
    faults.isStorm = false;
  }

  /** At some moment of the storm, one of the service's replicas loses its database. `faults` says when it has it back. */
  async #cutOff(service: string): Promise<void> {
    const { scheduler, faults } = this.#system;
    const { random } = scheduler;
    await scheduler.pause(this, random.below(this.#durationMs));
    const name = `${service}-${random.between(1, 2)}`;
    faults.alone = name;
    while (faults.isAlone({ name })) {
      for (const process of this.#system.processes) if (process.name === name) keepAlive(process);
      await scheduler.pause(this, keepAliveMs);
    }
  }

  async #mishap(): Promise<void> {
    const { random } = this.#system.scheduler;
    switch (random.below(4)) {
      case 0:
        this.#anyProcess()?.crash();
        return;
      case 1:
        this.#anyProcess()?.freeze(this.#system.scheduler.now + random.between(1_000, 60_000));
        return;
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
    // Sometimes it is back before any process has noticed.
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
