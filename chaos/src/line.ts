import type { Fan } from '@frontrow/stack/fan';
import { follow } from './follow.ts';
import type { Insist } from './insist.ts';

export interface Admission {
  readonly ticketId: string;
  readonly pass: string;
}

interface Ticket {
  readonly status: string;
  readonly admissionToken: string | null;
}
const fields = '{ status admissionToken }';

/** How long a fan who follows the line may go without news of their admission, in ms. */
const newsWithinMs = 30_000;

/**
 * Waits in the line with a subscription, which is opened again whenever it breaks, and joins again if the admission was missed.
 *
 * @param onMissedNews called if the subscription did not report an admission for half a minute
 */
export async function followTheLine(
  fan: Fan,
  concertId: string,
  insist: Insist,
  onMissedNews: () => void,
): Promise<Admission> {
  for (;;) {
    const ticketId = await insist(() => fan.enterQueue(concertId));
    const { status, admissionToken } = await insist(() => untilItMoves(fan, ticketId, onMissedNews));
    if (status === 'ADMITTED' && admissionToken !== null) return { ticketId, pass: admissionToken };
  }
}

/** @throws if the subscription broke, or reported nothing */
async function untilItMoves(fan: Fan, id: string, onMissedNews: () => void): Promise<Ticket> {
  const silence = AbortSignal.timeout(newsWithinMs);
  try {
    const subscription = `subscription ($id: ID!) { ticket: queuePosition(ticketId: $id) ${fields} }`;
    for await (const { ticket } of follow<{ ticket: Ticket }>(fan, subscription, { id }, silence)) {
      if (ticket.status !== 'WAITING') return ticket;
    }
  } catch (error) {
    if (!silence.aborted) throw error;
    const { ticket } = await fan.ask<{ ticket: Ticket }>(
      `query ($id: ID!) { ticket: queueTicket(id: $id) ${fields} }`,
      { id },
    );
    if (ticket.status !== 'WAITING') onMissedNews();
  }
  throw new Error('the subscription ended without news');
}
