import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Place } from '@frontrow/stack/testing/crowd';

/** The line of a waiting room, counted ticket by ticket in its database. */
export interface Line {
  /** By ticket. */
  readonly places: ReadonlyMap<string, Pick<Place, 'position' | 'status'>>;
  /** In order. */
  readonly numbers: readonly number[];
  /** When a fan was last admitted, in ms since the epoch. This is a moment within the transaction, before its commit. */
  readonly lastAdmittedAt: number;
  /** The most admissions that were ever live at the same moment. */
  readonly mostActive: number;
}

interface TicketRow extends RowDataPacket {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly admitted_at: Date | null;
  readonly ended_at: Date | null;
}

/** @param queue a connection to queue's database, in UTC */
export async function readLine(queue: Connection, concertId: string): Promise<Line> {
  const [tickets] = await queue.query<TicketRow[]>(
    'SELECT id, number, status, admitted_at, ended_at FROM tickets WHERE concert_id = ? ORDER BY number',
    [concertId],
  );
  let waiting = 0;
  return {
    places: new Map(
      tickets.map(({ id, status }) => [id, { status, position: status === 'WAITING' ? ++waiting : 0 }]),
    ),
    numbers: tickets.map(({ number }) => number),
    lastAdmittedAt: Math.max(0, ...tickets.map(({ admitted_at }) => admitted_at?.getTime() ?? 0)),
    mostActive: mostActive(tickets),
  };
}

function mostActive(tickets: readonly TicketRow[]): number {
  const changes = tickets.flatMap(({ admitted_at, ended_at }): [number, number][] => {
    if (admitted_at === null) return [];
    return [
      [admitted_at.getTime(), 1],
      ...(ended_at === null ? [] : [[ended_at.getTime(), -1] as [number, number]]),
    ];
  });
  // Within the same millisecond, ends count first, because a place is filled only after it was found free.
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let active = 0;
  return Math.max(0, ...changes.map(([, change]) => (active += change)));
}

/** Whether a fan was shown what the database says, with the right concert. */
export const isRight = (line: Line, ticketId: string, told: Place): boolean => {
  const place = line.places.get(ticketId);
  return told.isWhole && told.position === place?.position && told.status === place.status;
};
