import { untilSettled } from './settled.ts';
import type { Random } from './random.ts';

/** Whoever takes steps: a process, a fan, the broker. */
export interface Actor {
  readonly name: string;
  /** How far its clock is ahead of that of the world, in ms. */
  readonly clockSkewMs: number;
  /** A dead actor takes no more steps. */
  readonly isAlive: boolean;
  /** Until this time, in ms of the world, it takes no step, because it is stopped or gets no CPU. */
  readonly frozenUntil: number;
}

interface Step {
  readonly actor: Actor;
  readonly what: string;
  readonly run: () => void;
}

interface Alarm extends Step {
  readonly at: number;
  /** Of two alarms at the same ms, the one that was set first rings first. */
  readonly order: number;
  isCancelled: boolean;
}

export interface Cancellable {
  cancel(): void;
}

/** How often time passes although there are steps to take. */
const timePasses = 0.01;

/**
 * Runs the steps of all actors one after the other, in an order that follows from the seed alone. Whatever an actor awaits (a
 * statement, a message, a moment) is a step. Time stands still while there are steps, and jumps to the next alarm when there are
 * none. Now and then it passes earlier, as if somebody were slow.
 */
export class Scheduler {
  readonly random: Random;
  /** In ms since 1970. */
  now: number;
  /** The actor whose step it is. Everything that runs until the next step belongs to it. */
  current: Actor | undefined;
  /** The first thing that went wrong. */
  failure: Error | undefined;
  readonly #tell: ((line: string) => void) | undefined;
  steps = 0;
  readonly #ready: Step[] = [];
  /** A binary heap. */
  readonly #alarms: Alarm[] = [];
  #order = 0;

  /** @param tell called with each step */
  constructor(random: Random, startsAt: number, tell?: (line: string) => void) {
    this.random = random;
    this.now = startsAt;
    this.#tell = tell;
  }

  /** The time on the clock of the current actor. */
  clock(): number {
    return this.now + (this.current?.clockSkewMs ?? 0);
  }

  /** Makes `run` a step that is taken before or after any other one that is ready. */
  soon(actor: Actor, what: string, run: () => void): void {
    this.#ready.push({ actor, what, run });
  }

  /** Makes `run` a step that cannot be taken for `ms`. */
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

  /** Reports what happens now, if a trace is wanted. */
  trace(what: string): void {
    this.#tell?.(
      `${new Date(this.now).toISOString()} ${this.current?.name ?? ''}: ${what.replaceAll(/\s+/g, ' ')}`,
    );
  }

  /** Waits until it is this actor's turn. What it does then happens before the step of any other actor. */
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

  /**
   * Takes steps until `isOver` returns true; it is called after each step.
   * @throws the first thing that went wrong
   */
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
      // Otherwise all alarms were cancelled, or belonged to processes that are gone.
      if (isIdle) throw new Error('there are no steps left, and none can come');
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
