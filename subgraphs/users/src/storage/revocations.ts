import type { RevokedTokens } from '@frontrow/kit/revocations';
import type { EntityManager } from 'typeorm';

/**
 * What access tokens are void, found where it is noted anyway: sessions that ended, whatever ended them, and users that were
 * deleted, whose sessions went with them.
 */
export async function findRevoked(manager: EntityManager, since: Date): Promise<RevokedTokens> {
  const [sessions, users] = await Promise.all([
    manager.query<{ id: string }[]>('SELECT id FROM sessions WHERE ended_at >= ?', [since]),
    manager.query<{ id: string }[]>('SELECT user_id AS id FROM deleted_users WHERE deleted_at >= ?', [since]),
  ]);
  return { sessions: sessions.map(({ id }) => id), users: users.map(({ id }) => id) };
}
