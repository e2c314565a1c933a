import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { paysInTheEnd } from '../testing/purchases.ts';
import { admittedFan, concertOnSale, seesInTheEnd, startSystem } from '../testing/system.ts';
import type { System } from '../testing/system.ts';

/** With `FRONTROW_STORIES=3x3`, all stories have systems like this; this one always does. */
describe('three processes of every service and a cluster of three brokers', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ replicas: 3, natsServers: 3 });
  }, 240_000);
  afterAll(async () => {
    await system.stop();
  }, 60_000);

  it('sell seats while one of the brokers and one process of each step of the purchase die', async () => {
    const { stack } = system;
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })) as SeatHoldAnswer;
    await fan.reservationUntil(hold.reservationId, 'PENDING');

    const victims = ['nats-2', 'payments', 'reservations-2', 'concerts-3'].map((name) => stack.process(name));
    for (const victim of victims) victim.kill('SIGKILL');
    await paysInTheEnd(fan, hold.reservationId, 'one-key');
    await seesInTheEnd(fan, hold.reservationId, {
      reservation: 'CONFIRMED',
      payment: 'COMPLETED',
      seats: ['SOLD', 'SOLD'],
      balance: 9_800,
    });
    await Promise.all(victims.map((victim) => victim.waitUntilReady()));
    expect(await system.audit()).toEqual([]);
  }, 180_000);
});
