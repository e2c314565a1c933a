import { admittedFan, concertOnSale, seesInTheEnd, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';

let system: System;
let sale: Sale;

beforeAll(async () => {
  system = await startSystem({ environment: { HOLD_SECONDS: '2' } });
  sale = await concertOnSale(system, { rows: 10, seatsPerRow: 20 });
}, 120_000);

afterAll(async () => {
  await system.stop();
}, 30_000);

async function holder() {
  const { fan, pass } = await admittedFan(system, sale);
  const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })) as SeatHoldAnswer;
  return { fan, id: hold.reservationId, expiresAt: new Date(hold.expiresAt) };
}

const until = (instant: Date) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, instant.getTime() - Date.now())));

describe('a hold that nobody pays', () => {
  it('expires, and its seats are AVAILABLE again', async () => {
    const { fan, id, expiresAt } = await holder();
    await seesInTheEnd(fan, id, {
      reservation: 'EXPIRED',
      because: 'HOLD_EXPIRED',
      payment: null,
      seats: ['AVAILABLE', 'AVAILABLE'],
      balance: 10_000,
    });
    expect(Date.now()).toBeGreaterThan(expiresAt.getTime());
    expect(await fan.pay(id)).toMatchObject({ code: 'RESERVATION_EXPIRED' });
  });

  it('costs no points when payment and expiry cross, on whichever side of the instant the payment falls', async () => {
    const crossings = await Promise.all(
      Array.from({ length: 16 }, async (_, i) => {
        const { fan, id, expiresAt } = await holder();
        // Half of them pay from 80 ms before the instant to 60 ms after it, the others up to 0.8 s before, because a busy machine
        // delays some.
        await until(new Date(expiresAt.getTime() - (i < 8 ? 80 - 20 * i : 100 * (i - 7))));
        return { fan, id, answer: await fan.pay(id) };
      }),
    );
    const ends = new Set<string>();
    for (const { fan, id, answer } of crossings) {
      const { status } = await fan.reservationUntil(id, 'CONFIRMED', 'EXPIRED');
      ends.add(status);
      if (status === 'CONFIRMED') {
        expect(answer).toMatchObject({ status: 'COMPLETED' });
        await seesInTheEnd(fan, id, { seats: ['SOLD', 'SOLD'], payment: 'COMPLETED', balance: 9_800 });
      } else {
        await seesInTheEnd(fan, id, { seats: ['AVAILABLE', 'AVAILABLE'], balance: 10_000 });
      }
    }
    expect(ends).toEqual(new Set(['CONFIRMED', 'EXPIRED']));
  });

  it('leaves nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  });
});
