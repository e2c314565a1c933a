import { unreachable } from '@frontrow/kit/unreachable';

// The circuit of a target, as all replicas share it. Source: https://martinfowler.com/bliki/CircuitBreaker.html; the
// numbers have the meaning that they have in resilience4j.

/** A closed circuit opens when this share of the last calls failed; fewer calls than needed decide nothing. */
export const lastCalls = 10;
export const failureShare = 0.5;
/** How many calls decide whether it closes again. */
const trialCalls = 3;

interface Generation {
  /** Grows with each change of state; calls that started before the change no longer count. */
  readonly generation: number;
}

export interface Closed extends Generation {
  readonly state: 'CLOSED';
}

export interface Open extends Generation {
  readonly state: 'OPEN';
  readonly reopensAt: Date;
}

export interface HalfOpen extends Generation {
  readonly state: 'HALF_OPEN';
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Trials that have not ended by then never will, because their replica died. New ones are allowed then. */
  readonly reopensAt: Date;
}

export type Circuit = Closed | Open | HalfOpen;

/** How many calls may be started now. */
export function callsAllowed(circuit: Circuit, now: Date): number {
  switch (circuit.state) {
    case 'CLOSED':
      return Infinity;
    case 'OPEN':
      return circuit.reopensAt <= now ? trialCalls : 0;
    case 'HALF_OPEN':
      return circuit.reopensAt <= now ? trialCalls : trialCalls - circuit.started;
    default:
      return unreachable(circuit);
  }
}

/**
 * The circuit once `calls` of those that it allows are started.
 * @param trialMs how long a call may take
 */
export function withStarted(circuit: Circuit, calls: number, trialMs: number, now: Date): Circuit {
  if (circuit.state === 'CLOSED' || calls === 0) return circuit;
  const goesOn = circuit.state === 'HALF_OPEN' && circuit.reopensAt > now;
  const trials = goesOn
    ? circuit
    : { generation: circuit.generation + 1, started: 0, succeeded: 0, failed: 0 };
  return {
    ...trials,
    state: 'HALF_OPEN',
    started: trials.started + calls,
    reopensAt: new Date(now.getTime() + trialMs),
  };
}

/** The circuit once the last calls of one replica, made in this generation, were too bad. */
export function tripped(circuit: Circuit, generation: number, openMs: number, now: Date): Circuit {
  if (circuit.state !== 'CLOSED' || circuit.generation !== generation) return circuit;
  return open(circuit, openMs, now);
}

/** The circuit once a trial call of this generation has ended: the last of them decides. */
export function afterTrial(
  circuit: Circuit,
  trial: { readonly generation: number; readonly hasFailed: boolean },
  openMs: number,
  now: Date,
): Circuit {
  if (circuit.state !== 'HALF_OPEN' || circuit.generation !== trial.generation) return circuit;
  const succeeded = circuit.succeeded + (trial.hasFailed ? 0 : 1);
  const failed = circuit.failed + (trial.hasFailed ? 1 : 0);
  if (succeeded + failed < trialCalls) return { ...circuit, succeeded, failed };
  if (failed / trialCalls >= failureShare) return open(circuit, openMs, now);
  return { state: 'CLOSED', generation: circuit.generation + 1 };
}

/** The circuit once a trial call of this generation turned out not to be made. */
export function givenBack(circuit: Circuit, generation: number): Circuit {
  if (circuit.state !== 'HALF_OPEN' || circuit.generation !== generation) return circuit;
  return { ...circuit, started: circuit.started - 1 };
}

const open = ({ generation }: Circuit, openMs: number, now: Date): Open => ({
  state: 'OPEN',
  generation: generation + 1,
  reopensAt: new Date(now.getTime() + openMs),
});
