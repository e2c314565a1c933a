import type { ApolloCache } from '@apollo/client';
import { PurchasesDocument } from '../api/operations.generated.ts';
import type { PurchasePartsFragment } from '../api/operations.generated.ts';

/*
 * The fan's own tickets, stored in this browser so that they open without a network. When the page starts, they are put into
 * Apollo's cache. Pages that show tickets find them there until the server has answered.
 */

interface Kept {
  readonly userId: string;
  readonly purchases: readonly PurchasePartsFragment[];
}

/** The number is the version of the format. Tickets in another format are not read. */
const key = 'frontrow.tickets.2';
const most = 50;
/** How long after the beginning of its show a ticket is kept, in ms. */
const keptAfterMs = 24 * 60 * 60 * 1_000;

/**
 * Takes over the server's answer about some purchases. Those whose seats belong to the fan are kept.
 * @param now in ms since 1970
 */
export function withNews(
  kept: readonly PurchasePartsFragment[],
  news: readonly PurchasePartsFragment[],
  now: number,
): PurchasePartsFragment[] {
  const byId = new Map([...kept, ...news].map((purchase) => [purchase.id, purchase]));
  return [...byId.values()]
    .filter(({ status, schedule }) => status === 'CONFIRMED' && isToCome(schedule?.startsAt, now))
    .toSorted((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt))
    .slice(0, most);
}

const isToCome = (startsAt: string | undefined, now: number) =>
  startsAt === undefined || Date.parse(startsAt) + keptAfterMs > now;

export function keepTickets(userId: string, news: readonly PurchasePartsFragment[]): void {
  const purchases = withNews(readKept(userId), news, Date.now());
  try {
    localStorage.setItem(key, JSON.stringify({ userId, purchases } satisfies Kept));
  } catch {
    // There is no space left, so the tickets only open with a network.
  }
}

/** The stored tickets belong to one fan. Nobody else who uses the browser may see them. */
export function forgetTickets(): void {
  localStorage.removeItem(key);
}

export function restoreTickets(userId: string | undefined, cache: ApolloCache): void {
  const purchases = userId === undefined ? [] : readKept(userId);
  if (userId === undefined || purchases.length === 0) return;
  cache.writeQuery({
    query: PurchasesDocument,
    data: {
      me: {
        __typename: 'User',
        id: userId,
        reservations: {
          __typename: 'ReservationConnection',
          edges: purchases.map((node) => ({ __typename: 'ReservationEdge' as const, cursor: '', node })),
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        },
      },
    },
  });
}

function readKept(userId: string): readonly PurchasePartsFragment[] {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null;
    return kept?.userId === userId ? kept.purchases : [];
  } catch {
    return [];
  }
}
