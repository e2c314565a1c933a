import { print } from 'graphql';
import { RefreshSessionDocument } from './operations.generated.ts';
import type { RefreshSessionMutation } from './operations.generated.ts';
import { serverNow, timedFetch } from './server-clock.ts';
import { currentSession, forgetSession, keepSession } from './session.ts';
import type { Session } from './session.ts';

/** A token is exchanged when it is valid for less than this, in ms, so that none expires on its way. */
const earlyMs = 45_000;
/** How long a refresh may take, in ms. All requests of all tabs wait for it. */
const patienceMs = 10_000;

/**
 * An access token that can be sent now; undefined if nobody is logged in.
 * @throws if the session cannot be refreshed at the moment
 */
export async function usableToken(): Promise<string | undefined> {
  const session = currentSession();
  if (session === undefined || isFresh(session)) return session?.accessToken;
  return refreshSession(session.accessToken);
}

/**
 * Refreshes the session, because its access token was refused or is about to expire. One tab does this; the others wait for it
 * and use its result.
 * @returns the new access token; undefined if the session is over, and has been deleted
 * @throws if the gateway cannot be reached, or does not answer soon
 */
export function refreshSession(refused: string): Promise<string | undefined> {
  return oneAtATime(async () => {
    const session = currentSession();
    if (session?.accessToken !== refused) return session?.accessToken;
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        query: print(RefreshSessionDocument),
        variables: { refreshToken: session.refreshToken },
      }),
    };
    const response = await timedFetch('/graphql', request, patienceMs);
    const { data } = (await response.json()) as { data?: RefreshSessionMutation | null };
    switch (data?.refreshSession.__typename) {
      case 'Session':
        return keepSession(data.refreshSession).accessToken;
      case 'Refusal':
        forgetSession();
        return undefined;
      case undefined:
        throw new Error('the session could not be refreshed');
    }
  });
}

const isFresh = ({ accessTokenExpiresAt }: Session) =>
  Date.parse(accessTokenExpiresAt) - serverNow() > earlyMs;

/** Web Locks work across all tabs. A page without them (plain HTTP) refreshes by itself, which the API permits for 30 s. */
async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return work();
  return locks.request('frontrow.session', work);
}
