import type { ReactNode } from 'react';
import { Redirect, useLocation } from 'wouter';
import { useSession } from '../api/session.ts';
import type { Session } from '../api/session.ts';

/** For pages that belong to a user. Whoever is not logged in is sent to log in first, and comes back. */
export function LoggedIn({ children }: { children: (session: Session) => ReactNode }) {
  const session = useSession();
  const [path] = useLocation();
  if (session === undefined)
    return <Redirect replace to={`/log-in?next=${encodeURIComponent(path + location.search)}`} />;
  return children(session);
}
