import { isDuplicate } from '@frontrow/kit/database';
import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { sessionEnd } from '../domain/session.ts';
import type { FoundToken } from '../domain/session.ts';
import { refreshTokens, sessions } from './entities.ts';
import type { SessionRow } from './entities.ts';

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: string;
}

export async function insertSession(manager: EntityManager, session: NewSession, now: Date): Promise<void> {
  const { id, userId, tokenHash } = session;
  try {
    await manager.insert(sessions, {
      id,
      userId,
      createdAt: now,
      expiresAt: sessionEnd(now),
      endedAt: null,
    });
  } catch (error) {
    // Ids are new for each call: it was this one that committed, and did not hear of it.
    if (isDuplicate(error)) return;
    throw error;
  }
  await insertToken(manager, id, tokenHash, now);
}

/** Locks the token and its session until the transaction ends: of two uses of a token, one comes first. */
export async function lockToken(manager: EntityManager, tokenHash: string): Promise<FoundToken | null> {
  const [found] = await manager.query<FoundToken[]>(
    `SELECT session.id AS sessionId, session.user_id AS userId, token.replaced_by AS replacedBy,
            session.expires_at AS sessionExpiresAt, session.ended_at AS sessionEndedAt
       FROM refresh_tokens token JOIN sessions session ON session.id = token.session_id
      WHERE token.token_hash = ? FOR UPDATE`,
    [tokenHash],
  );
  return found ?? null;
}

/** Puts `successor` in the place of a token that `lockToken` found, and lets the session live on. */
export async function replaceToken(
  manager: EntityManager,
  { sessionId }: FoundToken,
  [used, successor]: [used: string, successor: string],
  now: Date,
): Promise<void> {
  await manager.update(refreshTokens, { hash: used }, { replacedBy: successor });
  await insertToken(manager, sessionId, successor, now);
  await manager.update(sessions, { id: sessionId }, { expiresAt: sessionEnd(now) });
}

/** The sessions of a user that are kept, the newest first. */
export const findSessions = (manager: EntityManager, userId: string): Promise<SessionRow[]> =>
  manager.find(sessions, { where: { userId }, order: { createdAt: 'DESC' }, take: 1_000 });

/** Ends one session, or all of a user. */
export async function endSessions(
  manager: EntityManager,
  which: { id: string } | { userId: string },
  now: Date,
): Promise<void> {
  await manager.update(sessions, { ...which, endedAt: IsNull() }, { endedAt: now });
}

async function insertToken(
  manager: EntityManager,
  sessionId: string,
  hash: string,
  now: Date,
): Promise<void> {
  await manager.insert(refreshTokens, { hash, sessionId, issuedAt: now, replacedBy: null });
}
