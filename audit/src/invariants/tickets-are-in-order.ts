import type { Databases, Invariant } from '../invariant.ts';
import { rows } from '../rows.ts';

export const ticketsAreInOrder: Invariant = {
  number: 7,
  claim:
    'No concert had more ADMITTED tickets than maxActive at any admission; no admission outlasts its time; ticket numbers have no gap and no twin',
  async *breaches(databases, now) {
    yield* overcrowded(databases);
    yield* overstayed(databases, now);
    yield* misnumbered(databases);
  },
};

/** When a ticket was admitted, or ended, as text that is in order of time. */
interface Moment {
  concert_id: string;
  at: string;
}

interface Admission extends Moment {
  number: number;
  /** Null if the ticket was admitted before this was stored. */
  max_active: number | null;
}

/**
 * Follows how many tickets are active in each room from admission to admission. If an end made room for an admission, it is no
 * later than the admission, because queue counts active tickets before it reads the clock, which for both is that of the
 * database.
 */
async function* overcrowded({ queue }: Databases) {
  const admissions = rows<Admission>(
    queue,
    `SELECT concert_id, CAST(admitted_at AS CHAR) AS at, number, max_active
     FROM tickets WHERE admitted_at IS NOT NULL ORDER BY concert_id, admitted_at, number`,
  );
  const ends = rows<Moment>(
    queue,
    `SELECT concert_id, CAST(ended_at AS CHAR) AS at
     FROM tickets WHERE admitted_at IS NOT NULL AND ended_at IS NOT NULL ORDER BY concert_id, ended_at`,
  );
  let room = '';
  let active = 0;
  try {
    let end = await ends.next();
    for await (const admission of admissions) {
      const { concert_id, at, number, max_active } = admission;
      if (concert_id !== room) [room, active] = [concert_id, 0];
      for (; end.done !== true && isBy(end.value, admission); end = await ends.next()) {
        if (end.value.concert_id === room) active--;
      }
      active++;
      if (max_active !== null && active > max_active) {
        yield {
          row: `queue: room ${concert_id}, ticket ${number}`,
          problem: `was admitted at ${at} UTC as number ${active} of the active, who were to be ${max_active} at the most`,
        };
      }
    }
  } finally {
    // More tickets may have ended since the last admission than the connection buffers, so the query is abandoned before its end.
    await ends.return(undefined);
  }
}

const isBy = (end: Moment, { concert_id, at }: Moment) =>
  end.concert_id < concert_id || (end.concert_id === concert_id && end.at <= at);

/** How long after its time an admission may still be open, in ms, as for a hold. */
const graceMs = 30_000;

/** Admissions that are still open after their time. Holds do not prolong them. */
async function* overstayed({ queue }: Databases, now: Date) {
  const late = rows<{ id: string; concert_id: string; ends: string }>(
    queue,
    `SELECT id, concert_id, CAST(expires_at AS CHAR) AS ends FROM tickets
     WHERE status = 'ADMITTED' AND expires_at < ? ORDER BY id`,
    [new Date(now.getTime() - graceMs)],
  );
  for await (const { id, concert_id, ends } of late) {
    yield {
      row: `queue: ticket ${id} of room ${concert_id}`,
      problem: `is still ADMITTED, and its time was over at ${ends} UTC`,
    };
  }
}

async function* misnumbered({ queue }: Databases) {
  const rooms = rows<{
    concert_id: string;
    last_number: number;
    tickets: number;
    numbers: number;
    last: number;
  }>(
    queue,
    `SELECT r.concert_id, r.last_number, COUNT(t.number) AS tickets, COUNT(DISTINCT t.number) AS numbers,
       COALESCE(MAX(t.number), 0) AS last
     FROM rooms r LEFT JOIN tickets t ON t.concert_id = r.concert_id
     GROUP BY r.concert_id, r.last_number`,
  );
  for await (const { concert_id, last_number, tickets, numbers, last } of rooms) {
    if (new Set([last_number, tickets, numbers, last]).size > 1) {
      yield {
        row: `queue: room ${concert_id}`,
        problem: `gave ${last_number} numbers, and has ${tickets} tickets with ${numbers} numbers up to ${last}`,
      };
    }
  }
}
