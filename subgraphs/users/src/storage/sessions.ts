import { affectedRows, isDuplicate } from '@frontrow/kit/database';
import type { Viewer } from '@frontrow/kit/viewer';
import { createHash } from 'node:crypto';
import { IsNull, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { sessionEnd } from '../domain/session.ts';
import type { FoundToken, ListedSession } from '../domain/session.ts';
import { refreshTokens, sessions } from './entities.ts';
import type { SessionRow } from './entities.ts';

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: string;
  /** The kind of client that opened the session; null if that is not known. */
  readonly client: string | null;
  /** The address that the session was opened from, hidden. */
  readonly address: string;
}

// A hash is enough to recognise an address. With the user in it, nobody can see who shared an address.
const placeOf = (userId: string, address: string): string =>
  createHash('sha256').update(`${userId} ${address}`).digest('hex');

/** Ids are new for each call, so a session that exists already was inserted by this very call, whose COMMIT went unanswered. */
export async function insertSession(
  manager: EntityManager,
  session: NewSession,
  now: Date,
): Promise<'inserted' | 'there already'> {
  const { id, userId, tokenHash, client, address } = session;
  try {
    await manager.insert(sessions, {
      id,
      userId,
      createdAt: now,
      expiresAt: sessionEnd(now),
      endedAt: null,
      lastUsedAt: now,
      client,
      openedFrom: placeOf(userId, address),
    });
  } catch (error) {
    if (isDuplicate(error)) return 'there already';
    throw error;
  }
  await insertToken(manager, id, tokenHash, now);
  return 'inserted';
}

/** Whether somebody has opened a session of this user from this address in the last 30 days. */
export async function wasOpenedFrom(
  manager: EntityManager,
  userId: string,
  address: string,
): Promise<boolean> {
  return manager.existsBy(sessions, { userId, openedFrom: placeOf(userId, address) });
}

/** Whether the session that an access token belongs to can still be refreshed. */
export const isOpen = (manager: EntityManager, { id, sessionId }: Viewer, now: Date): Promise<boolean> =>
  manager.existsBy(sessions, { id: sessionId, userId: id, endedAt: IsNull(), expiresAt: MoreThan(now) });

export const isSessionOf = (manager: EntityManager, userId: string, id: string): Promise<boolean> =>
  manager.existsBy(sessions, { id, userId });

const mostListed = 100;

/** The user's sessions that have not ended, the last used first; 100 at most. */
export function listSessions(manager: EntityManager, userId: string, now: Date): Promise<ListedSession[]> {
  return manager.query<ListedSession[]>(
    `SELECT id, created_at AS startedAt, COALESCE(last_used_at, created_at) AS lastUsedAt, client
       FROM sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ?
      ORDER BY COALESCE(last_used_at, created_at) DESC, id DESC LIMIT ${String(mostListed)}`,
    [userId, now],
  );
}

/** Locks the token and its session until the transaction ends, so that of two uses of a token one comes first. */
export async function lockToken(manager: EntityManager, tokenHash: string): Promise<FoundToken | null> {
  const [found] = await manager.query<FoundToken[]>(
    `SELECT session.id AS sessionId, session.user_id AS userId, token.replaced_by AS replacedBy,
            token.replaced_at AS replacedAt, token.successor_salt AS successorSalt,
            session.expires_at AS sessionExpiresAt, session.ended_at AS sessionEndedAt
       FROM refresh_tokens token JOIN sessions session ON session.id = token.session_id
      WHERE token.token_hash = ? FOR UPDATE`,
    [tokenHash],
  );
  return found ?? null;
}

/** Puts `successor` in the place of a token that `lockToken` found, and prolongs the session. */
export async function replaceToken(
  manager: EntityManager,
  { sessionId }: FoundToken,
  { used, successor, salt }: { used: string; successor: string; salt: string },
  now: Date,
): Promise<void> {
  await manager.update(
    refreshTokens,
    { hash: used },
    { replacedBy: successor, replacedAt: now, successorSalt: salt },
  );
  await insertToken(manager, sessionId, successor, now);
  await manager.update(sessions, { id: sessionId }, { expiresAt: sessionEnd(now), lastUsedAt: now });
}

/** The sessions of a user that are stored, newest first. */
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

/** @returns how many sessions were ended */
export async function endOthersOf(manager: EntityManager, viewer: Viewer, now: Date): Promise<number> {
  const ended: unknown = await manager.query(
    'UPDATE sessions SET ended_at = ? WHERE user_id = ? AND id <> ? AND ended_at IS NULL AND expires_at > ?',
    [now, viewer.id, viewer.sessionId, now],
  );
  return affectedRows(ended);
}

async function insertToken(
  manager: EntityManager,
  sessionId: string,
  hash: string,
  now: Date,
): Promise<void> {
  await manager.insert(refreshTokens, {
    hash,
    sessionId,
    issuedAt: now,
    replacedBy: null,
    replacedAt: null,
    successorSalt: null,
  });
}
