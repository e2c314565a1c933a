import type { Retention } from '@frontrow/kit/retention';
import { repeatMs, sessionMs } from '../domain/session.ts';

export const retention: readonly Retention[] = [
  // `due_at` is the instant at which everything that was counted is forgotten.
  { table: 'throttles', column: 'due_at', keepMs: 0 },
  { table: 'mailed_links', column: 'expires_at', keepMs: 0 },
  // This deletes used tokens only. A session ends 30 days after its last refresh, so that of an unused token as old as this is
  // over.
  { table: 'refresh_tokens', column: 'issued_at', keepMs: sessionMs + repeatMs },
  { table: 'sessions', column: 'expires_at', keepMs: 0 },
];
