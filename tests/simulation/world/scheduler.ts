import { untilSettled } from './globals.ts';
import type { Random } from './random.ts';

/** Somebody who takes steps: a process, a fan, the broker. */
export interface Actor {
  readonly name: string;
  /** What its clock shows more than that of the world, in ms. */
  readonly clockSkewMs: number;
  /** From a dead actor no step is taken any more. */
  readonly isAlive: boolean;
  /** Until then, in ms of the world, it takes no step: it is stopped, or starved of CPU. */
  readonly frozenUntil: number;
}

interface Step {
  readonly actor: Actor;
  readonly what: string;
  readonly run: () => void;
}

interface Alarm extends Step {
  readonly at: number;
  /** Of alarms of the same ms the one that was set first rings first. */
  readonly order: number;
  isCancelled: boolean;
}

export interface Cancellable {
  cancel(): void;
}

/** How often time passes although there is something to do. */
const timePasses = 0.01;

/**
 * Lets one step of one actor happen after the other, in an order that follows from the seed alone. Whatever an actor
 * awaits (a statement, a message, a moment) is a step. Time stands still while there are steps, and jumps to the next
 * alarm when there is none; now and then it passes before: somebody was slow.
 */
export class Scheduler {
  readonly random: Random;
  /** ms since 1970. */
  now: number;
  /** Whose step it is. What runs until all has settled is that actor's doing. */
  current: Actor | undefined;
  /** The first thing that went wrong. */
  failure: Error | undefined;
  readonly #tell: ((line: string) => void) | undefined;
  steps = 0;
  readonly #ready: Step[] = [];
  /** A binary heap. */
  readonly #alarms: Alarm[] = [];
  #order = 0;

  /** @param tell told of each step */
  constructor(random: Random, startsAt: number, tell?: (line: string) => void) {
    this.random = random;
    this.now = startsAt;
    this.#tell = tell;
  }

  /** The time by the clock of whoever asks. */
  clock(): number {
    return this.now + (this.current?.clockSkewMs ?? 0);
  }

  /** `run` is a step, to be taken before or after any other one that is ready. */
  soon(actor: Actor, what: string, run: () => void): void {
    this.#ready.push({ actor, what, run });
  }

  /** `run` is a step that cannot be taken for `ms`. */
  later(actor: Actor, what: string, ms: number, run: () => void): Cancellable {
    const alarm = {
      actor,
      what,
      run,
      at: this.now + Math.ceil(ms),
      order: this.#order++,
      isCancelled: false,
    };
    this.#push(alarm);
    return {
      cancel: () => {
        alarm.isCancelled = true;
      },
    };
  }

  /** What happens now, for whoever wants to know. */
  trace(what: string): void {
    this.#tell?.(
      `${new Date(this.now).toISOString()} ${this.current?.name ?? ''}: ${what.replaceAll(/\s+/g, ' ')}`,
    );
  }

  /** Waits until it is this actor's turn. What it does then happens before anybody else's step. */
  turn(actor: Actor, what: string): Promise<void> {
    return new Promise((resolve) => {
      this.soon(actor, what, resolve);
    });
  }

  pause(actor: Actor, ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.later(actor, 'a pause', ms, resolve);
    });
  }

  /** Takes steps until `isOver`, which is asked after each. @throws what went wrong */
  async run(isOver: () => boolean): Promise<void> {
    for (;;) {
      await untilSettled();
      if (this.failure !== undefined) throw this.failure;
      if (isOver()) return;
      this.#takeStep();
    }
  }

  #takeStep(): void {
    const step = this.#next();
    const { actor } = step;
    if (!actor.isAlive) return;
    if (actor.frozenUntil > this.now) {
      this.later(actor, step.what, actor.frozenUntil - this.now, step.run);
      return;
    }
    this.current = actor;
    this.steps++;
    this.trace(step.what);
    step.run();
  }

  #next(): Step {
    const isIdle = this.#ready.length === 0;
    if (isIdle || (this.#alarms.length > 0 && this.random.chance(timePasses))) {
      const alarm = this.#pop();
      if (alarm !== undefined) {
        this.now = Math.max(this.now, alarm.at);
        return alarm;
      }
      // Otherwise all alarms were cancelled, or of processes that are gone.
      if (isIdle) throw new Error('nothing can happen any more');
    }
    const index = this.random.below(this.#ready.length);
    const step = this.#ready[index] as Step;
    const last = this.#ready.pop() as Step;
    if (index < this.#ready.length) this.#ready[index] = last;
    return step;
  }

  #push(alarm: Alarm): void {
    const heap = this.#alarms;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent] as Alarm, alarm)) break;
      heap[index] = heap[parent] as Alarm;
      index = parent;
    }
    heap[index] = alarm;
  }

  #pop(): Alarm | undefined {
    const heap = this.#alarms;
    for (;;) {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) this.#sink(last);
      if (!first.isCancelled && first.actor.isAlive) return first;
    }
  }

  #sink(alarm: Alarm): void {
    const heap = this.#alarms;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      if (left >= heap.length) break;
      const rightIsFirst = right < heap.length && isBefore(heap[right] as Alarm, heap[left] as Alarm);
      const child = rightIsFirst ? right : left;
      if (isBefore(alarm, heap[child] as Alarm)) break;
      heap[index] = heap[child] as Alarm;
      index = child;
    }
    heap[index] = alarm;
  }
}

const isBefore = (a: Alarm, b: Alarm): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
