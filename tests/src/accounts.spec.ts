import { connect } from '@frontrow/kit/nats';
import { paymentCompleted } from '@frontrow/events/contracts/payments';
import { published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { admittedFan, concertOnSale, sharedSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';

let system: System;
beforeAll(async () => {
  system = await sharedSystem();
}, 120_000);

describe('the account of deliveries at the broker', () => {
  it('cannot publish payment.completed, so seats that were not paid for are not sold', async () => {
    const { natsUrl, natsAccount } = system.stack;
    const sale = await concertOnSale(system, { rows: 1, seatsPerRow: 4 });
    const { fan, pass } = await admittedFan(system, sale);
    const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } })) as SeatHoldAnswer;
    const { reservationId } = hold;
    await fan.reservationUntil(reservationId, 'PENDING');

    const forged = published(
      paymentCompleted.about(reservationId, {
        paymentId: newId(),
        reservationId,
        userId: newId(),
        amount: 0,
        completedAt: new Date().toISOString(),
      }),
    );
    const connection = await connect({ servers: natsUrl.split(','), ...natsAccount('deliveries') });
    const refusal = (async () => {
      for await (const { permissionContext } of connection.status())
        if (permissionContext) return permissionContext;
      return undefined;
    })();
    for (let partition = 0; partition < 16; partition++)
      connection.publish(`frontrow.${paymentCompleted.type}.${partition}`, JSON.stringify(forged));
    await connection.flush();
    expect(await refusal).toMatchObject({ operation: 'publish' });
    await connection.close();

    // An event that comes after it is handled, so it would have been handled by now.
    const other = await admittedFan(system, sale);
    const honest = (await other.fan.hold(sale.scheduleId, other.pass, {
      bestAvailable: { count: 1 },
    })) as SeatHoldAnswer;
    await other.fan.pay(honest.reservationId);
    await other.fan.reservationUntil(honest.reservationId, 'CONFIRMED');
    expect((await fan.reservationUntil(reservationId, 'PENDING', 'CONFIRMED', 'CANCELLED')).status).toBe(
      'PENDING',
    );
  }, 60_000);
});
