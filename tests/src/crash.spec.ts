import { subgraphs } from '@frontrow/stack/layout';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { paysInTheEnd } from './testing/purchases.ts';
import { admittedFan, concertOnSale, processesOf, seesInTheEnd, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

let system: System;
let sale: Sale;

beforeAll(async () => {
  system = await sharedSystem();
  sale = await concertOnSale(system, { rows: 20, seatsPerRow: 20 });
}, 120_000);

describe('a service that is killed in the middle of a purchase', () => {
  it.each([...subgraphs, 'gateway', 'nats', 'mysql'] as const)(
    'ends the purchase after %s has come back',
    async (name) => {
      const { fan, pass } = await admittedFan(system, sale);
      const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })) as SeatHoldAnswer;
      await fan.reservationUntil(hold.reservationId, 'PENDING');
      // The kill and the payment cross, so the payment may be answered, cut off or refused.
      const paying = fan.pay(hold.reservationId, 'one-key').catch(() => undefined);
      const victims = processesOf(system.stack, name);
      for (const victim of victims) victim.kill('SIGKILL');
      await paying;
      for (const victim of victims) await victim.waitUntilReady();
      await paysInTheEnd(fan, hold.reservationId, 'one-key');
      await seesInTheEnd(fan, hold.reservationId, {
        reservation: 'CONFIRMED',
        payment: 'COMPLETED',
        seats: ['SOLD', 'SOLD'],
        balance: 9_800,
      });
    },
    60_000,
  );

  it('costs its own fields only while it is down', async () => {
    const { fan } = await admittedFan(system, sale);
    const victims = processesOf(system.stack, 'payments');
    for (const victim of victims) {
      victim.kill('SIGSTOP');
      victim.kill('SIGKILL');
    }
    const { data, errors } = await fan.send<{
      me: { name: string; wallet: null };
      concert: { title: string };
    }>(
      'query ($id: ID!) { me { name wallet { balance } } concert(id: $id) { title waitingRoom { status } } }',
      { id: sale.concertId },
    );
    expect(data).toMatchObject({
      me: { name: 'Fan', wallet: null },
      concert: { waitingRoom: { status: 'OPEN' } },
    });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['SERVICE_UNAVAILABLE']);
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|localhost|ECONN|\/src\//);
    for (const victim of victims) await victim.waitUntilReady();
    expect(await fan.balance()).toBe(10_000);
  }, 60_000);

  it('leaves nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  }, 60_000);
});
