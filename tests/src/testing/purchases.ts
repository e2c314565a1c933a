import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { admittedFan } from './system.ts';
import type { Sale, System } from './system.ts';

export interface Purchase {
  readonly reservationId: string;
  /** From the wish for a seat to the confirmed reservation, in ms. */
  readonly tookMs: number;
}

/** Has `count` fans buy a seat each, some at the same time. */
export async function buySeats(system: System, sale: Sale, count: number, atOnce = 5): Promise<Purchase[]> {
  const purchases: Purchase[] = [];
  let left = count;
  const buyOneByOne = async () => {
    while (left-- > 0) purchases.push(await buySeat(system, sale));
  };
  await Promise.all(Array.from({ length: atOnce }, buyOneByOne));
  return purchases;
}

async function buySeat(system: System, sale: Sale): Promise<Purchase> {
  const { fan, pass } = await admittedFan(system, sale);
  fan.lookAgainMs = 5;
  const startedAt = performance.now();
  const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } })) as SeatHoldAnswer;
  await fan.pay(hold.reservationId);
  const { status } = await fan.reservationUntil(hold.reservationId, 'CONFIRMED', 'CANCELLED', 'EXPIRED');
  if (status !== 'CONFIRMED') throw new Error(`the reservation is ${status}`);
  return { reservationId: hold.reservationId, tookMs: performance.now() - startedAt };
}

/** Pays until it is done, always with the same key, like an app that did not receive the answer. */
export async function paysInTheEnd(fan: Fan, reservationId: string, idempotencyKey: string): Promise<void> {
  await fan.until<{ pay: { status?: string } }>(
    `mutation ($input: PayInput!) { pay(input: $input) { ... on Payment { status } } }`,
    { input: { reservationId, idempotencyKey } },
    ({ pay }) => pay.status === 'COMPLETED',
  );
}
