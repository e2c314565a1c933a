import type { DataSource } from 'typeorm';

/** Proves what must always hold for wallets and ledger. If it fails, it names the rows that break it. */
export async function expectBalancedLedger(database: DataSource): Promise<void> {
  const unbalanced = await database.query<unknown[]>(
    `SELECT movement_id, COUNT(*), SUM(amount) FROM ledger_lines GROUP BY movement_id
     HAVING COUNT(*) <> 2 OR SUM(amount) <> 0 OR COUNT(DISTINCT account) <> 2`,
  );
  const outOfStep = await database.query<unknown[]>(
    `SELECT wallets.user_id, balance, SUM(amount) FROM wallets LEFT JOIN ledger_lines USING (user_id)
     GROUP BY wallets.user_id, balance HAVING balance <> COALESCE(SUM(amount), 0) OR balance < 0`,
  );
  const wrongBalanceAfter = await database.query<unknown[]>(
    `SELECT sequence FROM (
       SELECT sequence, balance_after, SUM(amount) OVER (PARTITION BY user_id ORDER BY sequence) AS running
       FROM ledger_lines WHERE account = 'WALLET'
     ) AS entries WHERE balance_after <> running`,
  );
  const unpaid = await database.query<unknown[]>(
    `SELECT payments.id, status, payments.amount FROM payments
     LEFT JOIN ledger_lines ON payment_id = payments.id AND account = 'WALLET'
     GROUP BY payments.id, status, payments.amount
     HAVING COALESCE(SUM(ledger_lines.amount), 0) <> IF(status = 'COMPLETED', -payments.amount, 0)
       OR SUM(kind = 'REFUND') > 1`,
  );
  expect({ unbalanced, outOfStep, wrongBalanceAfter, unpaid }).toEqual({
    unbalanced: [],
    outOfStep: [],
    wrongBalanceAfter: [],
    unpaid: [],
  });
}
