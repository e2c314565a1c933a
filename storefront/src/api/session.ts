import { useSyncExternalStore } from 'react';
import type { SessionPartsFragment } from './operations.generated.ts';

/**
 * The session of the user who is logged in, in this browser. All tabs share it through localStorage, because the API sets no
 * cookies. The content security policy runs only the site's own scripts, so others cannot read it.
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

/** Returns the same object as long as nothing has changed. */
export function currentSession(): Session | undefined {
  const text = localStorage.getItem(key);
  if (text !== kept.text) kept = { text, session: parse(text) };
  return kept.session;
}

/** Anything that is not a session of this version counts as none. */
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

/**
 * Calls the listener whenever this tab or another one changes the session.
 * @returns a function that stops this
 */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = (): Session | undefined => useSyncExternalStore(onSessionChange, currentSession);

function tell(): void {
  for (const listener of listeners) listener();
}

/** Changes by other tabs arrive as storage events. */
export function listenToOtherTabs(): void {
  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) tell();
  });
}
