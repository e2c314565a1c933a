import { CircuitState, CountBreaker } from 'cockatiel';
import type { DataSource, EntityManager } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import type { Logger } from '@frontrow/kit/log';
import type { Target } from './domain/audience.ts';
import {
  afterTrial,
  callsAllowed,
  failureShare,
  givenBack,
  lastCalls,
  tripped,
  withStarted,
} from './domain/circuit.ts';
import type { Circuit } from './domain/circuit.ts';
import { findCircuit, lockCircuit, updateCircuit } from './storage/circuits.ts';

/** The permission under which a call was made. */
export interface Permit {
  readonly generation: number;
  /** Whether it is one of the few calls that decide whether the circuit closes. */
  readonly isTrial: boolean;
}

export interface CircuitOptions {
  /** How long it stays open, in ms. */
  readonly openMs: number;
  /** How long a call may take at most, in ms. */
  readonly trialMs: number;
}

/**
 * The circuit of a target, as one replica sees it. Each replica counts its own last calls, because otherwise every call would wait for
 * one hot row. The state is a row that all replicas share, so three trials are three in all, a restart does not forget that a
 * target is down, and all operators see the same state.
 */
export class SharedCircuit {
  readonly #target: Target;
  readonly #database: DataSource;
  readonly #options: CircuitOptions;
  readonly #log: Logger;
  #generation = 0;
  #counts = newCounts();
  #isTripped = false;

  constructor(target: Target, database: DataSource, options: CircuitOptions, log: Logger) {
    this.#target = target;
    this.#database = database;
    this.#options = options;
    this.#log = log;
  }

  /**
   * Lets through what `start` starts: at most as many calls as it is told. Runs in the transaction that leases what
   * is to be sent, so that no trial is spent on nothing.
   */
  async letThrough<T>(
    manager: EntityManager,
    now: Date,
    start: (calls: number) => Promise<readonly T[]>,
  ): Promise<{ started: readonly T[]; permit: Permit; opensAt: Date | undefined }> {
    let circuit = await findCircuit(manager, this.#target);
    if (circuit.state !== 'CLOSED') circuit = await lockCircuit(manager, this.#target);
    const allowed = callsAllowed(circuit, now);
    const started = allowed > 0 ? await start(allowed) : [];
    const next = withStarted(circuit, started.length, this.#options.trialMs, now);
    if (next !== circuit) await updateCircuit(manager, this.#target, next);
    this.#follow(next);
    const permit = { generation: next.generation, isTrial: next.state === 'HALF_OPEN' };
    const opensAt = allowed === 0 && circuit.state !== 'CLOSED' ? circuit.reopensAt : undefined;
    return { started, permit, opensAt };
  }

  /** Whether a call that failed under this permit may be made again soon. */
  mayRepeat(permit: Permit): boolean {
    return !permit.isTrial && permit.generation === this.#generation && !this.#isTripped;
  }

  /** Records how a call ended. */
  async note(permit: Permit, hasFailed: boolean): Promise<void> {
    if (permit.isTrial) {
      const { generation } = permit;
      await this.#change((circuit, now) =>
        afterTrial(circuit, { generation, hasFailed }, this.#options.openMs, now),
      );
      return;
    }
    if (permit.generation !== this.#generation || this.#isTripped) return;
    if (!hasFailed) this.#counts.success(CircuitState.Closed);
    else if (this.#counts.failure(CircuitState.Closed)) await this.#trip(permit);
  }

  /** Records that no call was made after all. It does not count, and if it was to be a trial, another one is let through. */
  async giveBack({ isTrial, generation }: Permit): Promise<void> {
    if (isTrial) await this.#change((circuit) => givenBack(circuit, generation));
  }

  async #trip({ generation }: Permit): Promise<void> {
    this.#isTripped = true;
    try {
      await this.#change((circuit, now) => tripped(circuit, generation, this.#options.openMs, now));
    } catch (error) {
      // The row still says CLOSED, so calls go on. Their counts are kept, so the next one that fails tries again to open the circuit.
      this.#isTripped = false;
      throw error;
    }
  }

  async #change(decide: (circuit: Circuit, now: Date) => Circuit): Promise<void> {
    const { before, after } = await transaction(this.#database, async (manager) => {
      const before = await lockCircuit(manager, this.#target);
      const after = decide(before, new Date());
      if (after !== before) await updateCircuit(manager, this.#target, after);
      return { before, after };
    });
    if (before.state === after.state) return;
    this.#log[after.state === 'OPEN' ? 'warn' : 'info'](
      { target: this.#target, ...('reopensAt' in after && { reopensAt: after.reopensAt }) },
      `circuit: ${before.state} → ${after.state}`,
    );
  }

  #follow({ generation }: Circuit): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#counts = newCounts();
    this.#isTripped = false;
  }
}

// cockatiel breaks above its threshold; ours is reached at exactly a half.
const newCounts = () => new CountBreaker({ size: lastCalls, threshold: failureShare - 0.5 / lastCalls });
