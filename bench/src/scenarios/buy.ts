import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AdmittedFan, Contestant, Sale } from '../contestant.ts';
import type { Latencies } from '../measuring/latency.ts';

/** What a fan will buy. */
export interface PlannedPurchase {
  readonly fan: AdmittedFan;
  readonly sale: Sale;
  readonly seatIds: readonly string[];
}

interface Answer {
  readonly __typename: string;
  readonly code?: string;
}
interface HoldAnswer extends Answer {
  readonly reservationId: string;
}
interface PayAnswer extends Answer {
  readonly status?: string;
}

export const holdSeats = `mutation ($input: HoldSeatsInput!) { answer: holdSeats(input: $input) {
  __typename ... on Refusal { code message retryable } ... on SeatsTaken { seatIds }
  ... on SeatHold { reservationId total expiresAt seats { id label price } } } }`;
const pay = `mutation ($input: PayInput!) { answer: pay(input: $input) {
  __typename ... on Refusal { code message retryable } ... on Payment { id status failure amount } } }`;

const askAgainMs = 20;

/**
 * Holds the seats, pays, and waits until they are SOLD.
 *
 * @param dueAt when this was to begin, by the clock of `performance.now()`; latencies count from then
 * @throws if any step is refused
 */
export async function buy(
  contestant: Contestant,
  { fan, sale, seatIds }: PlannedPurchase,
  dueAt: number,
  latencies: Latencies,
): Promise<void> {
  const { token, pass } = fan;
  const { scheduleId } = sale;
  const { client } = contestant;
  const input = { scheduleId, seatIds, admissionToken: pass, idempotencyKey: randomUUID() };
  const { answer: hold } = await client.ask<{ answer: HoldAnswer }>(holdSeats, { input }, token);
  if (hold.__typename !== 'SeatHold') throw new Error(`The hold was refused: ${JSON.stringify(hold)}`);
  const heldAt = performance.now();
  const payment = { reservationId: hold.reservationId, idempotencyKey: randomUUID() };
  let paid: PayAnswer;
  for (;;) {
    ({ answer: paid } = await client.ask<{ answer: PayAnswer }>(pay, { input: payment }, token));
    if (paid.code !== 'NOT_READY_YET') break;
    await pause(askAgainMs);
  }
  if (paid.status !== 'COMPLETED') throw new Error(`The payment was refused: ${JSON.stringify(paid)}`);
  const paidAt = performance.now();
  const soldAt = await contestant.sold(hold.reservationId);
  latencies.record('hold', heldAt - dueAt);
  latencies.record('pay', paidAt - heldAt);
  // The event may arrive before the answer.
  latencies.record('pay to SOLD', Math.max(0, soldAt - paidAt));
  latencies.record('all of it', Math.max(soldAt, paidAt) - dueAt);
}
