import { streamName } from '@frontrow/events/broker';
import { connect } from '@frontrow/kit/nats';
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

  it('sell seats within seconds after other brokers have begun to lead their consumers', async () => {
    const { stack } = system;
    const sale = await concertOnSale(system);
    const { fan, pass } = await admittedFan(system, sale);
    const broker = await connect({ servers: stack.natsUrl.split(','), ...stack.natsAccount() });
    const { consumers } = await broker.jetstreamManager();
    const ofPurchase =
      /^(reservations-on-seats-held|payments-on-reservation-created|reservations-on-payment-completed)-/;
    const names = (await consumers.list(streamName).next()).map(({ name }) => name);
    const changes = names
      .filter((name) => ofPurchase.test(name))
      .map((name) =>
        broker.request(`$JS.API.CONSUMER.LEADER.STEPDOWN.${streamName}.${name}`, '', { timeout: 10_000 }),
      );
    expect(changes).toHaveLength(3);
    for (const change of await Promise.all(changes)) expect(change.json()).toMatchObject({ success: true });
    await broker.close();

    const began = performance.now();
    const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })) as SeatHoldAnswer;
    await fan.reservationUntil(hold.reservationId, 'PENDING');
    await fan.pay(hold.reservationId);
    await fan.reservationUntil(hold.reservationId, 'CONFIRMED');
    // Unless a service notices that nobody has its request any more, it waits for 10 s.
    expect(performance.now() - began).toBeLessThan(8_000);
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
