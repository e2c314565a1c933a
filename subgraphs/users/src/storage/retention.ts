import type { Retention } from '@frontrow/kit/retention';
import { repeatMs, sessionMs } from '../domain/session.ts';

export const retention: readonly Retention[] = [
  // What is counted is forgotten by the instant itself.
  { table: 'throttles', column: 'due_at', keepMs: 0 },
  { table: 'mailed_links', column: 'expires_at', keepMs: 0 },
  // Used ones only: the session of an unused token as old as this is over, since each refresh counts anew.
  { table: 'refresh_tokens', column: 'issued_at', keepMs: sessionMs + repeatMs },
  { table: 'sessions', column: 'expires_at', keepMs: 0 },
];
