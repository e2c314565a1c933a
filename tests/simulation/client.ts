import type { Apis, ServiceName } from './services.ts';
import type { Actor, Scheduler } from './world/scheduler.ts';

/** What a caller sees if a process died, or an answer was lost. */
export class Unanswered extends Error {}

/** What a client needs of the system. */
interface Asked {
  readonly scheduler: Scheduler;
  ask<Name extends ServiceName, Answer>(
    fan: Actor,
    service: Name,
    work: (api: Apis[Name]) => Promise<Answer>,
  ): Promise<Answer>;
}

/** A person at a browser, who asks again with the same idempotency key if there is no answer. */
export class Client implements Actor {
  readonly name: string;
  readonly clockSkewMs = 0;
  readonly isAlive = true;
  readonly frozenUntil = 0;
  readonly #system: Asked;

  constructor(name: string, system: Asked) {
    this.name = name;
    this.#system = system;
  }

  async ask<Name extends ServiceName, Answer>(
    service: Name,
    work: (api: Apis[Name]) => Promise<Answer>,
  ): Promise<Answer> {
    for (;;) {
      try {
        return await this.#system.ask(this, service, work);
      } catch (error) {
        // An operation that gives up on its database throws the database's error.
        const isPassing =
          error instanceof Unanswered || (error as { errno?: number }).errno !== undefined || isLost(error);
        if (!isPassing) throw error;
        await this.wait(1_000, 20_000);
      }
    }
  }

  wait(least: number, most: number): Promise<void> {
    const { scheduler } = this.#system;
    return scheduler.pause(this, scheduler.random.between(least, most));
  }
}

const isLost = (error: unknown) => (error as { code?: string }).code === 'PROTOCOL_CONNECTION_LOST';
