import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { charge, pay } from '../testing/calls.ts';
import { fanWith } from '../testing/fans.ts';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';
import { reserve } from '../testing/reservations.ts';

let payments: PaymentsUnderTest;
beforeAll(async () => {
  payments = await paymentsUnderTest();
});
afterAll(() => payments.close());

const walletSeenBy = async (viewer: Viewer | null, users: { id: string }[], fields = 'balance') => {
  const { data, errors } = await payments.entities(
    viewer,
    'User',
    users.map(({ id }) => ({ id })),
    `id wallet { ${fields} }`,
  );
  return { wallets: data?.map((user: { wallet: unknown } | null) => user?.wallet), errors };
};

describe('User.wallet', () => {
  it('is shown to its owner and to operators', async () => {
    const fan = await fanWith(payments, 700);
    expect((await walletSeenBy(fan, [fan])).wallets).toEqual([{ balance: 700 }]);
    expect((await walletSeenBy(anOperator(), [fan])).wallets).toEqual([{ balance: 700 }]);
  });

  it('is null for everybody else', async () => {
    const [fan, stranger] = [await fanWith(payments, 700), await fanWith(payments, 5)];
    expect((await walletSeenBy(stranger, [fan, stranger])).wallets).toEqual([null, { balance: 5 }]);
    expect((await walletSeenBy(null, [fan])).wallets).toEqual([null]);
  });

  it('is null while there is none', async () => {
    const fan = aFan();
    expect((await walletSeenBy(fan, [fan])).wallets).toEqual([null]);
    expect((await walletSeenBy(anOperator(), [{ id: 'no id' }])).wallets).toEqual([null]);
  });
});

describe('Wallet.history', () => {
  const page = async (fan: Viewer, args: string) => {
    const fields = `history(${args}) { edges { cursor node { id amount } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    const { wallets, errors } = await walletSeenBy(fan, [fan], fields);
    return { history: wallets[0]?.history, errors };
  };

  it('goes back page by page, newest first, and does not shift when points move meanwhile', async () => {
    const fan = await fanWith(payments, 0);
    for (const amount of [1, 2, 3, 4, 5]) await charge(payments, fan, amount);
    const amounts = ({ edges }: { edges: { node: { amount: number } }[] }) =>
      edges.map(({ node }) => node.amount);

    const { history: first } = await page(fan, 'first: 2');
    expect(amounts(first)).toEqual([5, 4]);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[1].cursor,
    });
    await charge(payments, fan, 6);
    const { history: second } = await page(fan, `first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(amounts(second)).toEqual([3, 2]);
    const { history: last } = await page(fan, `first: 2, after: "${second.pageInfo.endCursor}"`);
    expect(amounts(last)).toEqual([1]);
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const { history: beyond } = await page(fan, `first: 2, after: "${last.pageInfo.endCursor}"`);
    expect(beyond).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it('shows the payment behind an entry', async () => {
    const fan = await fanWith(payments, 700);
    const { data } = await pay(payments, fan, await reserve(payments, fan, 300));
    const { wallets } = await walletSeenBy(
      fan,
      [fan],
      'history { edges { node { kind payment { id status } } } }',
    );
    expect(wallets[0].history.edges).toEqual([
      { node: { kind: 'PAYMENT', payment: { id: data.pay.id, status: 'COMPLETED' } } },
      { node: { kind: 'CHARGE', payment: null } },
    ]);
  });

  it.each(['first: 0', 'first: -1', 'first: 101', 'first: null', 'after: "made up"', 'after: ""'])(
    'refuses %s',
    async (args) => {
      const fan = await fanWith(payments, 0);
      const { errors } = await page(fan, args);
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: args.split(':')[0],
      });
    },
  );

  it("shows the fan's own entries only, whatever the cursor", async () => {
    const [rich, poor] = [await fanWith(payments, 700), await fanWith(payments, 0)];
    const { history } = await page(rich, 'first: 1');
    const cursor = Buffer.from('999999999999999').toString('base64url');
    for (const after of [history.edges[0].cursor, cursor]) {
      expect((await page(poor, `after: "${after}"`)).history.edges).toEqual([]);
    }
  });
});
