import { operatorActed } from '@frontrow/events/contracts/operators';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator, staff } from '@frontrow/kit/testing/subgraph';
import { untilLockIsWaitedFor } from '@frontrow/kit/testing/lock-wait';
import type { Viewer } from '@frontrow/kit/viewer';
import type { DataSource } from 'typeorm';
import { paymentsUnderTest } from '../testing/payments-under-test.ts';
import type { PaymentsUnderTest } from '../testing/payments-under-test.ts';

let payments: PaymentsUnderTest;
beforeAll(async () => {
  payments = await paymentsUnderTest();
});
afterAll(() => payments.close());

const page = async (viewer: Viewer | null, field: string, after: string | null = null): Promise<any> => {
  const mutation = `mutation ($after: String) { page: ${field}(after: $after) { columns rows cursor } }`;
  const { data, errors } = await payments.execute(viewer, mutation, { after });
  return errors?.[0]?.extensions?.['code'] ?? data.page;
};

describe('an export', () => {
  it('has every line of the ledger, page by page, each of which is recorded', async () => {
    const lines = Array.from({ length: 5_003 }, () => [newId(), newId(), 'HOUSE', 'CHARGE', -7, new Date()]);
    await payments.database.query(
      'INSERT INTO ledger_lines (id, movement_id, account, kind, amount, created_at) VALUES ?',
      [lines],
    );
    const me = anOperator();
    const first = await page(me, 'exportLedger');
    const second = await page(me, 'exportLedger', first.cursor);
    expect(second.cursor).toBeNull();
    const rows = [...first.rows, ...second.rows].map((row: string[]) =>
      Object.fromEntries(row.map((cell, i) => [first.columns[i], cell])),
    );
    expect(rows.map(({ movement_id }) => movement_id)).toEqual(lines.map(([, movementId]) => movementId));
    expect(rows[0]).toMatchObject({ kind: 'CHARGE', amount: '-7', user_id: null });
    expect(await emittedOf(payments.outbox, operatorActed)).toMatchObject([
      { action: 'exportLedger', operatorId: me.id, after: { from: null, rows: 5_000 } },
      { action: 'exportLedger', operatorId: me.id, after: { from: expect.any(String), rows: 3 } },
    ]);
  });

  it('leaves out no line that is committed later than one after it', async () => {
    const { database } = payments;
    const aLine = async ({ manager }: Pick<DataSource, 'manager'>) => {
      const movementId = newId();
      await manager.query(
        `INSERT INTO ledger_lines (id, movement_id, account, kind, amount, created_at)
         VALUES (?, ?, 'HOUSE', 'CHARGE', -7, UTC_TIMESTAMP(3))`,
        [newId(), movementId],
      );
      return movementId;
    };
    const { cursor } = await page(anOperator(), 'exportLedger');
    const underWay = database.createQueryRunner();
    await underWay.startTransaction();
    const first = await aLine(underWay);
    const second = await aLine(database);
    const exported = page(anOperator(), 'exportLedger', cursor);
    await Promise.race([exported, untilLockIsWaitedFor(database, 'FROM ledger_lines')]);
    await underWay.commitTransaction();
    await underWay.release();
    const { columns, rows } = await exported;
    const movements = rows.map((row: string[]) => row[columns.indexOf('movement_id')]);
    expect(movements.slice(-2)).toEqual([first, second]);
  });

  it('has the payments that were refunded, and no others', async () => {
    const at = new Date('2026-12-01T10:00:00.000Z');
    const refunded = [newId(), newId(), newId(), 100, 'REFUNDED', at, at, 'CANCELLED_BY_FAN'];
    const kept = [newId(), newId(), newId(), 100, 'COMPLETED', at, null, null];
    await payments.database.query(
      `INSERT INTO payments
         (id, reservation_id, user_id, amount, status, created_at, refunded_at, refund_reason) VALUES ?`,
      [[kept, refunded]],
    );
    const { rows, cursor } = await page(anOperator(), 'exportRefunds');
    const [id, reservationId, userId] = refunded;
    const paidAndBack = [at.toISOString(), at.toISOString(), 'CANCELLED_BY_FAN'];
    expect([rows, cursor]).toEqual([[[id, reservationId, userId, '100', ...paidAndBack]], null]);
  });

  it('refuses the cursor of another table', async () => {
    const cursorOf = (key: string) => Buffer.from(key).toString('base64url');
    expect(await page(anOperator(), 'exportLedger', cursorOf(newId()))).toBe('BAD_USER_INPUT');
    expect(await page(anOperator(), 'exportRefunds', cursorOf('12'))).toBe('BAD_USER_INPUT');
  });

  it('is for operators', async () => {
    for (const field of ['exportLedger', 'exportRefunds']) {
      expect(await page(null, field)).toBe('UNAUTHENTICATED');
      for (const viewer of [aFan(), staff()]) expect(await page(viewer, field)).toBe('FORBIDDEN');
      expect(await page(anOperator(), field, 'made up')).toBe('BAD_USER_INPUT');
    }
  });
});
