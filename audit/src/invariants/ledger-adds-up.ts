import type { Databases, Invariant } from '../invariant.ts';
import { differences, nothing } from '../differences.ts';
import { rows } from '../rows.ts';

export const ledgerAddsUp: Invariant = {
  number: 4,
  claim:
    "Every wallet's balance is the sum of its ledger, never negative; charged − paid + refunded = balances",
  async *breaches(databases) {
    yield* wrongWallets(databases);
    yield* overdrawnWallets(databases);
    yield* unbalancedMovements(databases);
    yield* wrongTotals(databases);
    yield* paymentsWithoutLines(databases);
  },
};

async function* wrongWallets({ payments }: Databases) {
  const wrong = differences(
    { database: payments, sql: 'SELECT user_id AS `key`, balance AS amount FROM wallets' },
    {
      database: payments,
      sql: 'SELECT user_id AS `key`, amount FROM ledger_lines WHERE user_id IS NOT NULL',
    },
  );
  for await (const { key, left, right } of wrong) {
    yield { row: `payments: wallet ${key}`, problem: `has ${left} points, its ledger says ${right}` };
  }
}

async function* overdrawnWallets({ payments }: Databases) {
  const overdrawn = rows<{ user_id: string; balance: number }>(
    payments,
    'SELECT user_id, balance FROM wallets WHERE balance < 0',
  );
  for await (const { user_id, balance } of overdrawn) {
    yield { row: `payments: wallet ${user_id}`, problem: `has ${balance} points` };
  }
}

/** Double entry: what one account gains, the other loses. */
async function* unbalancedMovements({ payments }: Databases) {
  const unbalanced = differences(
    { database: payments, sql: 'SELECT movement_id AS `key`, amount FROM ledger_lines' },
    nothing(payments),
  );
  for await (const { key, left } of unbalanced) {
    yield { row: `payments: movement ${key}`, problem: `has lines that add up to ${left}` };
  }
}

async function* wrongTotals({ payments }: Databases) {
  const totals = rows<{ charged: number; paid: number; refunded: number; balances: number }>(
    payments,
    `SELECT charged, paid, refunded, balances FROM
       (SELECT COALESCE(SUM(amount), 0) AS charged FROM ledger_lines
        WHERE account = 'WALLET' AND kind = 'CHARGE') AS charges,
       (SELECT COALESCE(SUM(IF(status <> 'FAILED', amount, 0)), 0) AS paid,
          COALESCE(SUM(IF(status = 'REFUNDED', amount, 0)), 0) AS refunded FROM payments) AS paid,
       (SELECT COALESCE(SUM(balance), 0) AS balances FROM wallets) AS wallets`,
  );
  for await (const { charged, paid, refunded, balances } of totals) {
    if (charged - paid + refunded !== balances) {
      yield {
        row: 'payments: all wallets',
        problem: `charged ${charged} − paid ${paid} + refunded ${refunded} is not their balances, ${balances}`,
      };
    }
  }
}

async function* paymentsWithoutLines({ payments }: Databases) {
  const wrong = differences(
    {
      database: payments,
      sql: "SELECT id AS `key`, IF(status = 'COMPLETED', -amount, 0) AS amount FROM payments",
    },
    {
      database: payments,
      sql: `SELECT payment_id AS \`key\`, amount FROM ledger_lines
        WHERE account = 'WALLET' AND payment_id IS NOT NULL`,
    },
  );
  for await (const { key, left, right } of wrong) {
    const problem = `should have moved ${left} points, but moved ${right}`;
    yield { row: `payments: payment ${key}`, problem };
  }
}
