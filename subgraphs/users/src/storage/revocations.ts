import type { RevokedTokens } from '@frontrow/kit/revocations';
import type { EntityManager } from 'typeorm';

/**
 * The access tokens that are void, found in tables that exist anyway: sessions that have ended, for any reason, and users that
 * were deleted, together with their sessions.
 */
export async function findRevoked(manager: EntityManager, since: Date): Promise<RevokedTokens> {
  const rows = await manager.query<{ kind: 'session' | 'user'; id: string }[]>(
    `SELECT 'session' AS kind, id FROM sessions WHERE ended_at >= ?
     UNION ALL SELECT 'user', user_id FROM deleted_users WHERE deleted_at >= ?`,
    [since, since],
  );
  const idsOf = (wanted: string) => rows.filter(({ kind }) => kind === wanted).map(({ id }) => id);
  return { sessions: idsOf('session'), users: idsOf('user') };
}
