import { newId } from '@frontrow/kit/ids';
import { anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { pay } from '../testing/calls.ts';
import { fanWith } from '../testing/fans.ts';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';
import { reserve } from '../testing/reservations.ts';

let payments: PaymentsUnderTest;
let fan: Viewer;
let stranger: Viewer;
let reservationId: string;
let paymentId: string;
beforeAll(async () => {
  payments = await paymentsUnderTest();
  [fan, stranger] = [await fanWith(payments, 700), await fanWith(payments, 700)];
  reservationId = await reserve(payments, fan, 300);
  const { data } = await pay(payments, fan, reservationId);
  paymentId = data.pay.id;
});
afterAll(() => payments.close());

/** Asks for the payment in each of the three ways that lead to it. */
async function seenBy(viewer: Viewer | null, keys = { paymentId, reservationId }) {
  const fields = 'id amount status reservation { id }';
  const byQuery = await payments.execute(viewer, `query ($id: ID!) { payment(id: $id) { ${fields} } }`, {
    id: keys.paymentId,
  });
  const byKey = await payments.entities(viewer, 'Payment', [{ id: keys.paymentId }], fields);
  const byReservation = await payments.entities(
    viewer,
    'Reservation',
    [{ id: keys.reservationId }],
    `payment { ${fields} }`,
  );
  for (const { errors } of [byQuery, byKey, byReservation]) expect(errors).toBeUndefined();
  return [byQuery.data.payment, byKey.data[0], byReservation.data[0].payment];
}

describe('Query.payment, Payment as an entity, and Reservation.payment', () => {
  it('show the payment to its owner and to operators', async () => {
    const shown = { id: paymentId, amount: 300, status: 'COMPLETED', reservation: { id: reservationId } };
    expect(await seenBy(fan)).toEqual([shown, shown, shown]);
    expect(await seenBy(anOperator())).toEqual([shown, shown, shown]);
  });

  it('are null for everybody else', async () => {
    expect(await seenBy(stranger)).toEqual([null, null, null]);
    expect(await seenBy(null)).toEqual([null, null, null]);
  });

  it('are null for ids of nothing, or of reservations without a payment', async () => {
    for (const id of [newId(), '', 'no id', "' OR 1 = 1 -- "]) {
      expect(await seenBy(anOperator(), { paymentId: id, reservationId: id })).toEqual([null, null, null]);
    }
  });

  it('keep many keys of one request apart', async () => {
    const other = await reserve(payments, stranger, 100);
    await pay(payments, stranger, other);
    const unpaid = await reserve(payments, fan, 1);
    const keys = [other, reservationId, unpaid, newId(), reservationId].map((id) => ({ id }));
    const { data } = await payments.entities(fan, 'Reservation', keys, 'payment { id }');
    const own = { payment: { id: paymentId } };
    const none = { payment: null };
    expect(data).toEqual([none, own, none, none, own]);
  });
});
