/**
 * How long a target asks to be left alone, in ms. Source: RFC 9110 §10.2.3, seconds or an HTTP date.
 * @returns undefined when the header is absent, makes no sense, or is over already
 */
export function retryAfterMs(header: string | string[] | undefined, now: Date): number | undefined {
  if (typeof header !== 'string') return undefined;
  const value = header.trim();
  const waitMs = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now.getTime();
  return waitMs > 0 ? waitMs : undefined; // NaN is not
}
