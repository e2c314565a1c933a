import type { ApolloCache } from '@apollo/client';
import { PurchasesDocument } from '../api/operations.generated.ts';
import type { PurchasePartsFragment } from '../api/operations.generated.ts';

/*
 * The fan's own tickets, kept in this browser so that they open without a network. They are put into Apollo's cache when the page
 * starts, where whatever shows tickets finds them until the server has said what is true now.
 */

interface Kept {
  readonly userId: string;
  readonly purchases: readonly PurchasePartsFragment[];
}

/** Another number when a purchase is kept in another form: what is kept in an older one is not read. */
const key = 'frontrow.tickets.1';
const most = 50;
/** A ticket is kept so long after its show has begun, in ms. */
const keptAfterMs = 24 * 60 * 60 * 1_000;

/**
 * Takes over what the server has just said of some purchases. Those are kept whose seats are the fan's.
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
    // There is no room: they open with a network.
  }
}

/** What is kept is one fan's: whoever logs in after them, or nobody, sees nothing of it. */
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
