import type { SeatHoldAnswer, Wish } from '@frontrow/stack/fan';

/** The intents of fans, in the proportions in which they are listed. */
export const intents = [
  'buy',
  'buy',
  'buy',
  'buy',
  'buy',
  'buy with too few points',
  'cancel before paying',
  'cancel after paying',
  'cancel while paying',
  'walk away',
] as const;
export type Intent = (typeof intents)[number];

/**
 * What fans wish for. A wheelchair place is sold with its companion's seat only, so half a pair is refused, and its fan wishes for
 * something else.
 */
export const wishes = [
  'any seats',
  'named seats',
  'places to stand',
  'a wheelchair place',
  'half a pair',
] as const;

/** A reservation as its fan sees it. */
export interface Seen {
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  readonly endedBecause: string | null;
  readonly payment: { readonly status: 'COMPLETED' | 'FAILED' | 'REFUNDED' } | null;
}

/** A fan's notes about one purchase. */
export interface Purchase {
  readonly intent: Intent;
  /** This and other instants are in ms since 1970. */
  readonly begunAt: number;
  fanId?: string;
  /** Points that were charged, according to the answers. */
  charged: number;
  /** What the fan wished for last, and how they asked for it. */
  wishedFor?: (typeof wishes)[number];
  wish?: Wish;
  /** Undefined at the end if there were no seats left. */
  hold?: SeatHoldAnswer;
  /** What the fan saw in the end. */
  seen?: Seen;
  /** When that was. */
  endedAt?: number;
  /** The fan followed the line, and was not told that it had moved. */
  missedNews?: boolean;
}

export const ends = [
  'confirmed',
  'cancelled',
  'expired',
  'refunded',
  'failed',
  'found no seats',
  'without an end',
] as const;
export type End = (typeof ends)[number];

export function endOf({ seen, endedAt }: Purchase): End {
  if (endedAt === undefined) return 'without an end';
  if (seen === undefined) return 'found no seats';
  if (seen.status === 'CONFIRMED') return 'confirmed';
  if (seen.payment !== null) return seen.payment.status === 'REFUNDED' ? 'refunded' : 'failed';
  return seen.status === 'EXPIRED' ? 'expired' : 'cancelled';
}
