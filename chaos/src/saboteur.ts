import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { KeptProcess } from '@frontrow/stack/processes/kept-process';
import { natsFolder } from '@frontrow/stack/servers/kept-servers';
import type { Stack } from '@frontrow/stack/stack';
import { untilReplicated } from './cluster.ts';
import { rot } from '@frontrow/stack/testing/rot';
import type { Fault } from './plan.ts';
import type { Wiring } from './wiring.ts';

/** Every event contains this text. */
const eventText = '"specversion"';

/** Carries out faults on a running system. */
export class Saboteur {
  readonly #stack: Stack;
  readonly #wiring: Wiring;
  /** Settles when the brokers' faults so far are over. */
  #brokers: Promise<unknown> = Promise.resolve();

  constructor(stack: Stack, wiring: Wiring) {
    this.#stack = stack;
    this.#wiring = wiring;
  }

  /** Resolves when the fault is over; a process that it ended is being started again then. */
  inflict(fault: Fault): Promise<void> {
    const isOfBroker = fault.kind === 'wipe' || this.#stack.nats.some(({ name }) => name === fault.process);
    if (!isOfBroker) return this.#carryOut(fault);
    // A cluster survives the loss of only one server at a time.
    const turn = this.#brokers.then(async () => {
      if (this.#stack.nats.length > 1) await untilReplicated(this.#stack);
      await this.#carryOut(fault);
    });
    this.#brokers = turn.catch(() => undefined);
    return turn;
  }

  async #carryOut(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        (await this.#running(fault.process)).kill('SIGKILL');
        return;
      case 'pause': {
        const victim = await this.#running(fault.process);
        victim.kill('SIGSTOP');
        await pause(fault.forMs);
        victim.kill('SIGCONT');
        return;
      }
      case 'wipe': {
        const victims = await Promise.all(fault.brokers.map((name) => this.#running(name)));
        (await this.#running(fault.process)).kill('SIGKILL');
        await Promise.all(victims.map((victim) => victim.killAndThen(() => this.#emptyDisk(victim))));
        return;
      }
      case 'rot': {
        const victim = await this.#running(fault.process);
        await victim.killAndThen(async () => {
          await rot(this.#diskOf(victim), fault.how, eventText, fault.place);
        });
        return;
      }
      case 'cut':
        for (const cable of this.#wiring.between(fault.process, fault.from)) cable.cut();
        return;
      case 'silence': {
        const cables = this.#wiring.between(fault.process, fault.from);
        for (const cable of cables) cable.silence();
        await pause(fault.forMs);
        for (const cable of cables) cable.restore();
      }
    }
  }

  /** The process, once it is not down because of an earlier fault. */
  async #running(name: string): Promise<KeptProcess> {
    const found = this.#stack.process(name);
    while (found.pid === undefined) await pause(20);
    return found;
  }

  #diskOf(broker: KeptProcess): string {
    const { home, nats } = this.#stack;
    return natsFolder(home, nats.length, nats.indexOf(broker));
  }

  async #emptyDisk(broker: KeptProcess): Promise<void> {
    await rm(this.#diskOf(broker), { recursive: true });
  }
}
