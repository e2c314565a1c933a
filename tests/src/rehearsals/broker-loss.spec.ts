import { insistUntil } from '@frontrow/chaos/insist';
import { rot } from '@frontrow/stack/testing/rot';
import { Saboteur } from '@frontrow/chaos/saboteur';
import { Wiring } from '@frontrow/chaos/wiring';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { natsFolder } from '@frontrow/stack/servers/kept-servers';
import { admittedFan, concertOnSale, killAllAndThen, processesOf, startSystem } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';

const fansCount = 50;
const purchasesEach = 10;
const price = 100;

let system: System;
let sale: Sale;

beforeAll(async () => {
  // Only the relays may notice the loss. The watch over sagas would repair it too, but late.
  system = await startSystem({
    environment: { REPLAY_AFTER_SECONDS: '3600', COMPENSATE_AFTER_SECONDS: '7200' },
  });
  sale = await concertOnSale(system, { rows: 20, seatsPerRow: 30, price, maxSeatsPerFan: purchasesEach });
}, 120_000);

afterAll(async () => {
  await system.stop();
}, 30_000);

describe('a bit of the stream that rots among the events that payments has not received', () => {
  it.each(['flipped', 'truncated'] as const)(
    'costs no fan a wallet, when it is %s',
    async (how) => {
      const fans = await registerInVain(how);
      interface Me {
        me: { wallet: { balance: number } | null } | null;
      }
      const query = '{ me { wallet { balance } } }';
      await Promise.all(fans.map((fan) => fan.until<Me>(query, {}, ({ me }) => me?.wallet?.balance === 0)));
    },
    120_000,
  );
});

describe('a broker that loses its disk when a service dies, in the middle of 500 purchases', () => {
  it('costs none of them: each ends as its fan wanted', async () => {
    const fans = await Promise.all(Array.from({ length: fansCount }, () => admittedFan(system, sale)));
    let loss: Promise<void> | undefined;
    let paid = 0;
    const onPaid = () => {
      if (++paid < (fansCount * purchasesEach) / 2) return;
      const saboteur = new Saboteur(system.stack, new Wiring());
      loss ??= saboteur.inflict({
        kind: 'wipe',
        brokers: system.stack.nats.map(({ name }) => name),
        process: 'reservations',
      });
    };
    const ends = await Promise.all(fans.map((each, i) => goShopping(each, seatsOf(i), onPaid)));
    await loss;

    const cancelled = fansCount;
    const confirmed = fansCount * (purchasesEach - 1);
    expect(ends.flat().filter((end) => end === 'CONFIRMED')).toHaveLength(confirmed);
    expect(ends.flat().filter((end) => end === 'CANCELLED')).toHaveLength(cancelled);
    expect(await soldInTheEnd()).toBe(confirmed);
    const balances = await Promise.all(fans.map(({ fan }) => fan.balance()));
    expect(new Set(balances)).toEqual(new Set([10_000 - price * (purchasesEach - 1)]));
  }, 180_000);

  it('leaves nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  }, 60_000);
});

/** Fans register while payments is down, and then the stream's copy of these events rots. */
async function registerInVain(how: 'flipped' | 'truncated'): Promise<Fan[]> {
  const { stack, url } = system;
  const fans: Fan[] = [];
  await killAllAndThen(processesOf(stack, 'payments'), async () => {
    for (let i = 0; i < 40; i++) fans.push(await Fan.register(url, `${how} ${i}`));
    await killAllAndThen(stack.nats, async () => {
      for (const [server] of stack.nats.entries()) {
        const folder = natsFolder(stack.home, stack.nats.length, server);
        expect(await rot(folder, how, `"${how} `, 0.5)).toBe(true);
      }
    });
  });
  return fans;
}

/** A request may fail because it meets the service that dies. */
const insist = insistUntil(new AbortController().signal, () => undefined);

const seatsOf = (fan: number) => sale.seats.slice(fan * purchasesEach, (fan + 1) * purchasesEach);

/** Holds seats one after the other. Then the first hold is cancelled, and all others are paid at once. */
async function goShopping(
  { fan, pass }: Awaited<ReturnType<typeof admittedFan>>,
  seats: Sale['seats'],
  onPaid: () => void,
): Promise<string[]> {
  fan.lookAgainMs = 1_000; // 500 fans who look every second are enough load
  const ids: string[] = [];
  for (const { id } of seats) {
    const hold = (await fan.hold(sale.scheduleId, pass, { seatIds: [id] })) as SeatHoldAnswer;
    ids.push(hold.reservationId);
  }
  return Promise.all(
    ids.map(async (id, i) => {
      if (i === 0) {
        await fan.reservationUntil(id, 'PENDING');
        await insist(() => fan.cancel(id));
      } else {
        expect(await fan.pay(id)).toMatchObject({ status: 'COMPLETED' });
        onPaid();
      }
      return (await fan.reservationUntil(id, 'CONFIRMED', 'CANCELLED', 'EXPIRED')).status;
    }),
  );
}

/** Waits until no seat is HELD any more, and counts those that are SOLD. */
async function soldInTheEnd(): Promise<number> {
  const { schedule } = await system.operator.until<{
    schedule: { availability: { held: number; sold: number } };
  }>(
    'query ($id: ID!) { schedule(id: $id) { availability { held sold } } }',
    { id: sale.scheduleId },
    ({ schedule }) => schedule.availability.held === 0,
  );
  return schedule.availability.sold;
}
