import type { SeatHoldAnswer } from '@frontrow/stack/fan';

/** What fans set out to do, as often as they are listed. */
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

/** A reservation as its fan sees it. */
export interface Seen {
  readonly status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  readonly endedBecause: string | null;
  readonly payment: { readonly status: 'COMPLETED' | 'FAILED' | 'REFUNDED' } | null;
}

/** What a fan wrote down: one fan, one purchase. */
export interface Purchase {
  readonly intent: Intent;
  /** This and other instants are in ms since 1970. */
  readonly begunAt: number;
  fanId?: string;
  /** Points that were charged, by what the fan was told. */
  charged: number;
  /** Undefined at the end when no seats were left. */
  hold?: SeatHoldAnswer;
  /** What the fan saw in the end. */
  seen?: Seen;
  /** When that was. */
  endedAt?: number;
  /** The fan followed the line, and was not told when it had moved. */
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
