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

/** How long the answer to a request may take, in ms. The gateway itself gives up after 30 s. */
const patienceMs = 35_000;

/**
 * Fetches, and compares the clocks.
 * @param patience how long the answer and its body may take, in ms
 * @throws a TimeoutError after that, which counts as no answer like any other failure of the network
 */
export async function timedFetch(
  input: RequestInfo | URL,
  init?: RequestInit,
  patience = patienceMs,
): Promise<Response> {
  const sentAt = Date.now();
  const signals = [AbortSignal.timeout(patience), ...(init?.signal ? [init.signal] : [])];
  const response = await fetch(input, { ...init, signal: anyOf(signals) });
  noteServerTime(response.headers.get('date'), sentAt, Date.now());
  return response;
}

/** As `AbortSignal.any`, which not all phones that can open the page have: Safari has it since 17.4. */
function anyOf(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
  return controller.signal;
}
