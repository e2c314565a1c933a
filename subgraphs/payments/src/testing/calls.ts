import { newId } from '@frontrow/kit/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Replica } from './payments-under-test.ts';

const refusalFields = '... on Refusal { code message retryable }';
export const paymentFields = 'id amount status failure createdAt refundedAt reservation { id }';

export const charge = (payments: Replica, fan: Viewer | null, amount: number, idempotencyKey = newId()) =>
  payments.execute(
    fan,
    `mutation ($input: ChargePointsInput!) { chargePoints(input: $input) { __typename
      ... on PointEntry { id kind amount balanceAfter createdAt payment { id } } ${refusalFields} } }`,
    { input: { amount, idempotencyKey } },
  );

export const pay = (payments: Replica, fan: Viewer | null, reservationId: string, idempotencyKey = newId()) =>
  payments.execute(
    fan,
    `mutation ($input: PayInput!) { pay(input: $input) { __typename
      ... on Payment { ${paymentFields} } ${refusalFields} } }`,
    { input: { reservationId, idempotencyKey } },
  );

/** What the fan's wallet shows: its balance and its whole history, newest first. */
export async function walletOf(payments: Replica, fan: Viewer) {
  const history = 'history(first: 100) { edges { node { kind amount balanceAfter } } }';
  const { data } = await payments.entities(fan, 'User', [{ id: fan.id }], `wallet { balance ${history} }`);
  const { wallet } = data[0] as {
    wallet: {
      balance: number;
      history: { edges: { node: { kind: string; amount: number; balanceAfter: number } }[] };
    };
  };
  return { balance: wallet.balance, entries: wallet.history.edges.map(({ node }) => node) };
}

export const paymentOf = async (payments: Replica, fan: Viewer, reservationId: string) => {
  const { data } = await payments.entities(
    fan,
    'Reservation',
    [{ id: reservationId }],
    `payment { ${paymentFields} }`,
  );
  return data[0].payment as { status: string; amount: number; refundedAt: string | null } | null;
};
