import { decideCharge } from './decide-charge.ts';
import { linesOf } from './ledger.ts';
import type { Movement } from './ledger.ts';

const now = new Date('2026-11-20T08:30:00.000Z');
const ids = { movementId: 'movement', entryId: 'entry', houseLineId: 'house-line' };
const holding = (balance: number) => ({ userId: 'fan', balance });

describe('a charge', () => {
  it('moves points from the house into the wallet', () => {
    const movement = decideCharge(holding(500), 1_000, now, ids) as Movement;
    expect(movement.entry).toEqual({
      id: 'entry',
      userId: 'fan',
      kind: 'CHARGE',
      amount: 1_000,
      balanceAfter: 1_500,
      paymentId: null,
      createdAt: now,
    });
    const [wallet, house] = linesOf(movement);
    expect(wallet).toMatchObject({ account: 'WALLET', userId: 'fan', amount: 1_000, balanceAfter: 1_500 });
    expect(house).toMatchObject({ account: 'HOUSE', userId: null, amount: -1_000, balanceAfter: null });
    expect(wallet.movementId).toBe(house.movementId);
  });

  it.each([1, 10_000_000])('may bring %d points', (amount) => {
    expect(decideCharge(holding(0), amount, now, ids)).toMatchObject({ entry: { amount } });
  });

  it.each([0, -1, -10_000_000, 10_000_001, 2_147_483_647])('may not bring %d points', (amount) => {
    expect(decideCharge(holding(0), amount, now, ids)).toMatchObject({ code: 'AMOUNT_OUT_OF_RANGE' });
  });

  it('fills a wallet up to two billion points and no further', () => {
    expect(decideCharge(holding(1_999_999_999), 1, now, ids)).toMatchObject({
      entry: { balanceAfter: 2_000_000_000 },
    });
    expect(decideCharge(holding(1_999_999_999), 2, now, ids)).toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
    });
  });

  it('can be tried again when the wallet has not been made yet', () => {
    expect(decideCharge(null, 1, now, ids)).toMatchObject({ code: 'NOT_READY_YET', retryable: true });
  });
});
