import type { Databases, Invariant } from '../audit.ts';
import { rows } from '../rows.ts';

export const ticketsAreInOrder: Invariant = {
  number: 7,
  claim: 'No concert has more ADMITTED tickets than maxActive; ticket numbers have no gap and no twin',
  async *breaches(databases) {
    yield* overcrowded(databases);
    yield* misnumbered(databases);
  },
};

async function* overcrowded({ queue }: Databases) {
  const rooms = rows<{ concert_id: string; max_active: number; admitted: number }>(
    queue,
    `SELECT r.concert_id, r.max_active, COUNT(*) AS admitted
     FROM rooms r JOIN tickets t ON t.concert_id = r.concert_id AND t.status = 'ADMITTED'
     GROUP BY r.concert_id, r.max_active HAVING COUNT(*) > r.max_active`,
  );
  for await (const { concert_id, max_active, admitted } of rooms) {
    yield {
      row: `queue: room ${concert_id}`,
      problem: `has ${admitted} fans in it, but room for ${max_active}`,
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
    `SELECT r.concert_id, r.last_number, COUNT(t.id) AS tickets, COUNT(DISTINCT t.number) AS numbers,
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
