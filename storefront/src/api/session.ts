import { useSyncExternalStore } from 'react';
import type { SessionPartsFragment } from './operations.generated.ts';

/**
 * Who is logged in, in this browser. All tabs share it: it is kept in localStorage, as the API sets no cookies. What keeps
 * scripts of others from it is the content security policy, which runs none but ours.
 */
export interface Session {
  readonly userId: string;
  readonly name: string;
  readonly accessToken: string;
  /** RFC 3339. */
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
}

const key = 'frontrow.session';
const listeners = new Set<() => void>();
let kept: { text: string | null; session: Session | undefined } = { text: null, session: undefined };

/** The same object as long as nothing has changed. */
export function currentSession(): Session | undefined {
  const text = localStorage.getItem(key);
  if (text !== kept.text) kept = { text, session: parse(text) };
  return kept.session;
}

/** What is not ours, or of another version, is nobody's session. */
function parse(text: string | null): Session | undefined {
  try {
    const session = JSON.parse(text ?? 'null') as Session | null;
    return session?.refreshToken === undefined ? undefined : session;
  } catch {
    return undefined;
  }
}

export function keepSession(parts: SessionPartsFragment): Session {
  const { accessToken, accessTokenExpiresAt, refreshToken, user } = parts;
  const session = { userId: user.id, name: user.name, accessToken, accessTokenExpiresAt, refreshToken };
  localStorage.setItem(key, JSON.stringify(session));
  tell();
  return session;
}

export function forgetSession(): void {
  localStorage.removeItem(key);
  tell();
}

/** Called whenever the session changes, by this tab or by another one. @returns how to stop that */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = (): Session | undefined => useSyncExternalStore(onSessionChange, currentSession);

function tell(): void {
  for (const listener of listeners) listener();
}

/** Other tabs' changes arrive as storage events. */
export function listenToOtherTabs(): void {
  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) tell();
  });
}
