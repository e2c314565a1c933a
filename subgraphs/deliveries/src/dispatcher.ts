import { handleWhenResult, IterableBackoff, retry } from 'cockatiel';
import type { DataSource } from 'typeorm';
import { isTransient, statement, transaction } from '@frontrow/kit/database';
import { groupCommit } from '@frontrow/kit/group-commit';
import { newId } from '@frontrow/kit/ids';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Left, Repeating } from '@frontrow/kit/repeat';
import type { Target } from './domain/audience.ts';
import { afterRound } from './domain/delivery.ts';
import type { Delivered, Outcome, Pending, Round, Schedule } from './domain/delivery.ts';
import { SharedCircuit } from './shared-circuit.ts';
import type { Permit } from './shared-circuit.ts';
import { failOverdue, leaseDue, nextDue, settle, settleDelivered } from './storage/leases.ts';

/** How soon the dispatcher finds deliveries that another replica left behind, in ms. */
const lookEveryMs = 1_000;
/** How long due deliveries, and delivered ones, gather before they are leased or settled together, in ms; nobody waits for them. */
const leaseGapMs = 400;
const settleGapMs = 20;
/** The pauses in a round of attempts, in ms, each after a failed attempt. The third pause is the scheduler's. */
const pausesMs = [100, 200];
/** How often what is overdue is looked for while a circuit is open, in ms. That reads all that is due, and a day need not be exact to the second. */
const giveUpEveryMs = 60_000;
/** How long after its last attempt a delivery is settled at the latest, in ms; then its lease may end. */
const settlingMs = 5_000;

/** The client of an outside system. What goes wrong there is an outcome, so it throws only what goes wrong here. */
export interface Client {
  tell(event: string): Promise<Outcome>;
}

export interface DispatcherOptions {
  readonly target: Target;
  readonly client: Client;
  readonly database: DataSource;
  readonly schedule: Schedule;
  readonly circuitOpenMs: number;
  readonly attemptMs: number;
  /** How many deliveries are sent at once. */
  readonly atOnce: number;
  readonly log: Logger;
}

/**
 * Sends to one target what is due for it. Each target has a dispatcher of its own in each replica, so a slow target
 * delays no other. Deliveries are leased rather than locked, so that no transaction is open while the outside
 * takes its time. The leases of a replica that died run out, and other replicas send again with the same key.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #circuit: SharedCircuit;
  readonly #roundMs: number;
  readonly #loop: Repeating;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #settleDelivered: (delivery: Delivered) => Promise<void>;
  /** Whether there may be more to send than there was room for; otherwise there is a gap between two looks. */
  #hasMore = false;
  #leasedAt = -Infinity;
  #isWoken = false;
  #gaveUpAt = -Infinity;

  constructor(options: DispatcherOptions) {
    const { target, database, circuitOpenMs, attemptMs, log } = options;
    this.#options = options;
    const pauses = pausesMs.reduce((sum, pause) => sum + pause, 0);
    this.#roundMs = (pausesMs.length + 1) * attemptMs + pauses;
    const circuit = { openMs: circuitOpenMs, trialMs: attemptMs + settlingMs };
    this.#circuit = new SharedCircuit(target, database, circuit, log);
    const settled = groupCommit<Delivered, undefined>(
      async (_lane, delivered) => {
        await statement(database, (manager) => settleDelivered(manager, delivered));
        return delivered.map(() => undefined);
      },
      { maxGroup: 500, gatherMs: settleGapMs },
    );
    this.#settleDelivered = (delivery) => settled(target, delivery);
    this.#loop = repeat(`sending to ${target}`, lookEveryMs, log, () => this.#dispatch());
  }

  /** Call it when something may be due. */
  wake(): void {
    this.#isWoken = true;
    this.#loop.wake();
  }

  /** Waits for the attempts in progress and starts no others. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop.stop();
    await Promise.all(this.#underWay);
  }

  async #dispatch(): Promise<Left> {
    const { database, target, atOnce } = this.#options;
    const free = atOnce - this.#underWay.size;
    if (free < atOnce / 4) return 'done'; // each delivery that ends wakes the dispatcher
    const gapLeft = this.#leasedAt + leaseGapMs - performance.now();
    if (gapLeft > 0 && !this.#hasMore) return gapLeft;
    if (!this.#isWoken) {
      const left = untilInstant(await nextDue(database.manager, target));
      if (left === 'done' || left > 0) return left;
    }
    this.#isWoken = false;
    this.#leasedAt = performance.now();
    return this.#start(free);
  }

  async #start(free: number): Promise<Left> {
    const { database, target } = this.#options;
    const now = new Date();
    const lease = newId();
    const { started, permit, opensAt } = await transaction(database, (manager) =>
      this.#circuit.letThrough(manager, now, (calls) => {
        const leasedUntil = new Date(now.getTime() + this.#roundMs + settlingMs);
        return leaseDue(manager, { target, count: Math.min(calls, free), lease, leasedUntil, now });
      }),
    );
    this.#hasMore = started.length === free;
    for (const delivery of started) this.#track(this.#send(delivery, lease, permit));
    if (started.length > 0) return 'done'; // the same: they wake it when they end
    if (opensAt !== undefined) await this.#giveUpOverdue(now);
    return untilInstant(opensAt ?? (await nextDue(database.manager, target, now)));
  }

  /**
   * While the circuit is open, nothing is attempted, so no last attempt could fail. Deliveries whose time is over are given up here
   * instead.
   */
  async #giveUpOverdue(now: Date): Promise<void> {
    if (performance.now() < this.#gaveUpAt + giveUpEveryMs) return;
    const { database, target, log } = this.#options;
    const count = await failOverdue(database, target, now);
    this.#gaveUpAt = performance.now();
    if (count > 0) log.warn({ target, count }, 'deliveries failed for good while the circuit was open');
  }

  #track(sending: Promise<void>): void {
    const tracked = sending
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'a delivery was not settled; its lease will run out');
      })
      .finally(() => {
        this.#underWay.delete(tracked);
        this.wake();
      });
    this.#underWay.add(tracked);
  }

  async #send(delivery: Pending, lease: string, permit: Permit): Promise<void> {
    const { database, schedule, log } = this.#options;
    const round = await this.#makeRound(delivery, permit);
    const next = afterRound(delivery, round, schedule, new Date());
    if (next.status === 'DELIVERED') {
      await this.#settleDelivered(next);
      return;
    }
    await statement(database, (manager) => settle(manager, next, lease));
    if (next.status === 'FAILED') {
      const { id, target, eventType, lastError } = next;
      log.warn({ delivery: id, target, eventType, lastError }, 'a delivery failed for good');
    }
  }

  async #makeRound(delivery: Pending, permit: Permit): Promise<Round> {
    let attempts = 0;
    const goesOn = (outcome: unknown) =>
      isWorthRepeating(outcome as Outcome) && this.#circuit.mayRepeat(permit);
    const round = retry(handleWhenResult(goesOn), {
      maxAttempts: pausesMs.length, // besides the first
      backoff: new IterableBackoff(pausesMs),
    });
    const outcome = await round.execute(async () => {
      attempts++;
      const outcome = await this.#attempt(delivery);
      if (outcome.kind === 'NOT_READY') await this.#circuit.giveBack(permit);
      else await this.#circuit.note(permit, outcome.kind === 'FAILED');
      return outcome;
    }, this.#stopping.signal);
    return { attempts, outcome };
  }

  async #attempt({ id, event }: Pending): Promise<Outcome> {
    try {
      return await this.#options.client.tell(event);
    } catch (error) {
      // Clients throw nothing that a target does, so it was our own database that did not answer a client's question.
      if (isTransient(error)) {
        this.#options.log.warn({ err: error, delivery: id }, 'a delivery waits for our own database');
        return { kind: 'NOT_READY', error: 'Our own database did not answer; the log says why.' };
      }
      // This is a bug of ours. An operator sees it, and can repeat the delivery when it is repaired.
      this.#options.log.error({ err: error, delivery: id }, 'a delivery cannot be made');
      return { kind: 'REFUSED', error: 'It could not be put into a request; the log says why.' };
    }
  }
}

const untilInstant = (instant: Date | undefined): 'done' | number =>
  instant === undefined ? 'done' : instant.getTime() - Date.now();

/** A target that says when to come back is not called before then. */
const isWorthRepeating = (outcome: Outcome) =>
  outcome.kind === 'FAILED' && outcome.retryAfterMs === undefined;
