// Reservations expire by the server's clock. That of a phone may be minutes off, so countdowns add the difference of the two.

let offsetMs = 0;

/** The server's time, in ms since 1970. */
export const serverNow = (): number => Date.now() + offsetMs;

/**
 * Stores the difference of the clocks, from a `Date` header, which has whole seconds, and the instants before and after the
 * request.
 * @returns the stored difference; less than two seconds count as none
 */
export function noteServerTime(header: string | null, sentAt: number, answeredAt: number): number {
  const told = header === null ? Number.NaN : Date.parse(header) + 500;
  if (Number.isNaN(told)) return offsetMs;
  const difference = told - (sentAt + answeredAt) / 2;
  offsetMs = Math.abs(difference) < 2_000 ? 0 : difference;
  return offsetMs;
}

export async function timedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const sentAt = Date.now();
  const response = await fetch(input, init);
  noteServerTime(response.headers.get('date'), sentAt, Date.now());
  return response;
}
