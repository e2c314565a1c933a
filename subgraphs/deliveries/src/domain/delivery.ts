import type { EventEnvelope } from '@frontrow/events/contract';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { unreachable } from '@frontrow/kit/unreachable';
import { causeOf } from './audience.ts';
import type { Target } from './audience.ts';

/** One event for one target. */
interface EventForTarget {
  readonly id: string;
  readonly target: Target;
  /** Also the idempotency key, by which the target recognises a second attempt. */
  readonly eventId: string;
  readonly eventType: string;
  /** The reservation, or the user: a target gets the events of each in the order in which they happened. */
  readonly subject: string;
  /** The envelope as it came, in JSON. */
  readonly event: string;
  /** How often it was sent, in all rounds. */
  readonly attempts: number;
  /** Failed rounds of attempts since it was noted, or since an operator asked for it again. */
  readonly failedRounds: number;
  readonly lastError: string | null;
  /** The type of the event that must be delivered first, if there is one; see `patienceMs`. */
  readonly cause: string | null;
  /** After this instant an undelivered event is left to an operator. */
  readonly giveUpAt: Date;
}

export interface Pending extends EventForTarget {
  readonly status: 'PENDING';
  readonly nextAttemptAt: Date;
  /** Until then a replica is sending it; if that replica dies, others wait no longer than this. Null when nobody is sending it. */
  readonly leasedUntil: Date | null;
}

export interface Delivered extends EventForTarget {
  readonly status: 'DELIVERED';
  readonly deliveredAt: Date;
}

export interface Failed extends EventForTarget {
  readonly status: 'FAILED';
}

export type Delivery = Pending | Delivered | Failed;

/** How one attempt ended. */
export type Outcome =
  | { readonly kind: 'TAKEN' }
  /** Final: the same request would be refused again. */
  | { readonly kind: 'REFUSED'; readonly error: string }
  /** Nothing was sent, because something that it needs has not arrived yet, or our own database did not answer. It says nothing about the target. */
  | { readonly kind: 'NOT_READY'; readonly error: string }
  /** Not final; `retryAfterMs` is what the target asked for. */
  | { readonly kind: 'FAILED'; readonly error: string; readonly retryAfterMs?: number };

/** A round of attempts: how many there were, and how the last one ended. */
export interface Round {
  readonly attempts: number;
  readonly outcome: Outcome;
}

/** All in ms. */
export interface Schedule {
  /** From a failed round to the next; doubles with each further failed round. */
  readonly retryEveryMs: number;
  /** From the event, or an operator's request, to giving up. */
  readonly giveUpAfterMs: number;
}

/**
 * How long an event waits for its cause, in ms, from the moment it was noted. The cause may be late, because the broker gives the
 * messages of a killed process to another one only after ten seconds. Or it became a dead letter, and may never come.
 */
export const patienceMs = 60_000;

/** The longest that anything waits for its next attempt, even when the target asks for more. */
export const longestWaitMs = 60 * 60_000;

export const newDelivery = (
  id: string,
  target: Target,
  event: EventEnvelope,
  { giveUpAfterMs }: Pick<Schedule, 'giveUpAfterMs'>,
  now: Date,
): Pending => ({
  status: 'PENDING',
  id,
  target,
  eventId: event.id,
  eventType: event.type,
  subject: event.subject,
  event: JSON.stringify(event),
  attempts: 0,
  failedRounds: 0,
  lastError: null,
  cause: causeOf(event.type, target) ?? null,
  giveUpAt: new Date(Date.parse(event.time) + giveUpAfterMs),
  nextAttemptAt: now,
  leasedUntil: null,
});

/** Decides what happens to a delivery after a round of attempts. */
export function afterRound(sent: Pending, round: Round, schedule: Schedule, now: Date): Delivery {
  const { nextAttemptAt: _, leasedUntil: _leasedUntil, ...kept } = sent;
  const attempts = sent.attempts + round.attempts;
  const { outcome } = round;
  switch (outcome.kind) {
    case 'TAKEN':
      return { ...kept, status: 'DELIVERED', attempts, deliveredAt: now };
    case 'REFUSED':
      return { ...kept, status: 'FAILED', attempts, lastError: outcome.error };
    case 'NOT_READY':
    case 'FAILED': {
      if (now >= sent.giveUpAt) return { ...kept, status: 'FAILED', attempts, lastError: outcome.error };
      const askedMs = outcome.kind === 'FAILED' ? outcome.retryAfterMs : undefined;
      const waitMs = askedMs ?? schedule.retryEveryMs * 2 ** sent.failedRounds;
      const dueAt = now.getTime() + Math.min(waitMs, longestWaitMs);
      return {
        ...kept,
        status: 'PENDING',
        attempts,
        failedRounds: sent.failedRounds + 1,
        lastError: outcome.error,
        // The last attempt is made when the time is over, not long before.
        nextAttemptAt: new Date(Math.min(dueAt, sent.giveUpAt.getTime())),
        leasedUntil: null,
      };
    }
    default:
      return unreachable(outcome);
  }
}

/** Decides what an operator's request does: a FAILED delivery gets all of its chances again, and a waiting one is due now. */
export function redelivered(
  found: Delivery,
  { giveUpAfterMs }: Schedule,
  now: Date,
): Pending | Refusal<'ALREADY_SETTLED'> {
  switch (found.status) {
    case 'DELIVERED':
      return refuse('ALREADY_SETTLED', 'This was delivered already.');
    case 'FAILED':
      return {
        ...found,
        status: 'PENDING',
        failedRounds: 0,
        cause: null,
        giveUpAt: new Date(now.getTime() + giveUpAfterMs),
        nextAttemptAt: now,
        leasedUntil: null,
      };
    case 'PENDING': {
      const isBeingSent = found.leasedUntil !== null && found.leasedUntil > now;
      return isBeingSent ? found : { ...found, cause: null, nextAttemptAt: now };
    }
    default:
      return unreachable(found);
  }
}
