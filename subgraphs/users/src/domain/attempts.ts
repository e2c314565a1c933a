/** How often logging in to one e-mail address may fail within `attemptWindowMs`. */
export const maxAttempts = 10;
export const attemptWindowMs = 15 * 60 * 1_000;

/**
 * The attempts that count once another one is made now; null when that is one too many. The window slides: there
 * is no moment at which all earlier attempts are forgotten together. A refused attempt does not count, so knocking
 * on does not keep the door shut.
 */
export function takeAttempt(earlier: readonly Date[], now: Date): Date[] | null {
  const since = now.getTime() - attemptWindowMs;
  const recent = earlier.filter((at) => at.getTime() > since);
  return recent.length < maxAttempts ? [...recent, now] : null;
}
