import type { EntityManager } from 'typeorm';

/** The attempts noted for an e-mail address, locked until the transaction ends, also when there are none yet. */
export async function lockAttempts(manager: EntityManager, email: string, now: Date): Promise<Date[]> {
  // An upsert takes the exclusive lock at once; INSERT IGNORE would share it first, and two replicas deadlock.
  await manager.query(
    `INSERT INTO log_in_attempts (email, attempted_at, last_at) VALUES (?, '[]', ?)
     ON DUPLICATE KEY UPDATE email = email`,
    [email, now],
  );
  const [row] = await manager.query<{ attempted_at: string }[]>(
    'SELECT attempted_at FROM log_in_attempts WHERE email = ? FOR UPDATE',
    [email],
  );
  return (JSON.parse(row?.attempted_at ?? '[]') as number[]).map((ms) => new Date(ms));
}

export async function storeAttempts(
  manager: EntityManager,
  email: string,
  attempts: readonly Date[],
  now: Date,
): Promise<void> {
  await manager.query('UPDATE log_in_attempts SET attempted_at = ?, last_at = ? WHERE email = ?', [
    JSON.stringify(attempts.map((at) => at.getTime())),
    now,
    email,
  ]);
}

export async function forgetAttempts(manager: EntityManager, email: string): Promise<void> {
  await manager.query('DELETE FROM log_in_attempts WHERE email = ?', [email]);
}
