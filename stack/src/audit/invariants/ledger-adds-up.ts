import type { Databases, Invariant } from '../audit.ts';
import { rows } from '../rows.ts';

export const ledgerAddsUp: Invariant = {
  number: 4,
  claim:
    "Every wallet's balance is the sum of its ledger, never negative; charged − paid + refunded = balances",
  async *breaches(databases) {
    yield* wrongWallets(databases);
    yield* unbalancedMovements(databases);
    yield* wrongTotals(databases);
    yield* paymentsWithoutLines(databases);
  },
};

async function* wrongWallets({ payments }: Databases) {
  const wrong = rows<{ user_id: string; balance: number; sum: number }>(
    payments,
    `SELECT w.user_id, w.balance, COALESCE(l.total, 0) AS sum
     FROM wallets w
     LEFT JOIN (SELECT user_id, SUM(amount) AS total FROM ledger_lines WHERE user_id IS NOT NULL GROUP BY user_id) l
       ON l.user_id = w.user_id
     WHERE w.balance < 0 OR w.balance <> COALESCE(l.total, 0)`,
  );
  for await (const { user_id, balance, sum } of wrong) {
    yield { row: `payments: wallet ${user_id}`, problem: `has ${balance} points, its ledger says ${sum}` };
  }
}

/**
 * Movement by movement that would be a table of millions in the database's memory. By the minute it is not: two lines of one
 * movement and one size cancel each other out of an exclusive or. Only where something is left are movements looked at.
 */
async function* unbalancedMovements({ payments }: Databases) {
  const suspicious = rows<{ bucket: string }>(
    payments,
    `SELECT LEFT(movement_id, 8) AS bucket FROM ledger_lines GROUP BY bucket
     HAVING SUM(amount) <> 0 OR BIT_XOR(CRC32(CONCAT(movement_id, ABS(amount)))) <> 0`,
  );
  const buckets: string[] = [];
  for await (const { bucket } of suspicious) buckets.push(bucket);
  if (buckets.length === 0) return;
  const unbalanced = rows<{ movement_id: string; lines: number; sum: number }>(
    payments,
    `SELECT movement_id, COUNT(*) AS \`lines\`, SUM(amount) AS sum FROM ledger_lines
     WHERE LEFT(movement_id, 8) IN (?)
     GROUP BY movement_id HAVING COUNT(*) <> 2 OR SUM(amount) <> 0`,
    [buckets],
  );
  for await (const { movement_id, lines, sum } of unbalanced) {
    yield { row: `payments: movement ${movement_id}`, problem: `has ${lines} lines that add up to ${sum}` };
  }
}

async function* wrongTotals({ payments }: Databases) {
  const totals = rows<{ charged: number; paid: number; refunded: number; balances: number }>(
    payments,
    `SELECT
       COALESCE((SELECT SUM(amount) FROM ledger_lines WHERE account = 'WALLET' AND kind = 'CHARGE'), 0) AS charged,
       COALESCE((SELECT SUM(amount) FROM payments WHERE status <> 'FAILED'), 0) AS paid,
       COALESCE((SELECT SUM(amount) FROM payments WHERE status = 'REFUNDED'), 0) AS refunded,
       COALESCE((SELECT SUM(balance) FROM wallets), 0) AS balances`,
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
  const wrong = rows<{ id: string; status: string; amount: number; sum: number }>(
    payments,
    `SELECT p.id, p.status, p.amount, COALESCE(l.total, 0) AS sum
     FROM payments p
     LEFT JOIN (
       SELECT payment_id, SUM(amount) AS total FROM ledger_lines
       WHERE account = 'WALLET' AND payment_id IS NOT NULL GROUP BY payment_id
     ) l ON l.payment_id = p.id
     WHERE COALESCE(l.total, 0) <> CASE p.status WHEN 'COMPLETED' THEN -p.amount ELSE 0 END`,
  );
  for await (const { id, status, amount, sum } of wrong) {
    yield { row: `payments: payment ${id}`, problem: `is ${status} over ${amount} points, but moved ${sum}` };
  }
}
