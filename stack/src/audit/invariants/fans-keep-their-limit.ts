import type { Databases, Invariant } from '../audit.ts';
import { rows } from '../rows.ts';

export const fansKeepTheirLimit: Invariant = {
  number: 8,
  claim: 'No fan holds or owns more than maxSeatsPerFan seats of a concert; every count of seats is true',
  async *breaches(databases) {
    yield* miscountedFans(databases);
    yield* miscountedSections(databases);
  },
};

async function* miscountedFans({ concerts }: Databases) {
  const fans = rows<{ user_id: string; concert_id: string; seats: number; counted: number; max: number }>(
    concerts,
    `SELECT f.user_id, f.concert_id, f.seats, COALESCE(s.seats, 0) AS counted, c.max_seats_per_fan AS max
     FROM fan_seats f
     JOIN concerts c ON c.id = f.concert_id
     LEFT JOIN (
       SELECT h.user_id, h.concert_id, COUNT(*) AS seats
       FROM seats s STRAIGHT_JOIN holds h ON h.reservation_id = s.reservation_id
       GROUP BY h.user_id, h.concert_id
     ) s ON s.user_id = f.user_id AND s.concert_id = f.concert_id
     WHERE f.seats <> COALESCE(s.seats, 0) OR COALESCE(s.seats, 0) > c.max_seats_per_fan`,
  );
  for await (const { user_id, concert_id, seats, counted, max } of fans) {
    yield {
      row: `concerts: fan ${user_id} at concert ${concert_id}`,
      problem: `has ${counted} seats, ${seats} by the count kept, and may have ${max}`,
    };
  }
}

async function* miscountedSections({ concerts }: Databases) {
  const sections = rows<{ id: string; held: number; sold: number; seats_held: number; seats_sold: number }>(
    concerts,
    `SELECT s.id, COALESCE(k.held, 0) AS held, COALESCE(k.sold, 0) AS sold, s.seats_held, s.seats_sold
     FROM (
       SELECT section_id AS id, SUM(status = 'HELD') AS seats_held, SUM(status = 'SOLD') AS seats_sold
       FROM seats GROUP BY section_id
     ) s
     LEFT JOIN (
       SELECT section_id, SUM(held) AS held, SUM(sold) AS sold FROM section_counts GROUP BY section_id
     ) k ON k.section_id = s.id
     WHERE COALESCE(k.held, 0) <> s.seats_held OR COALESCE(k.sold, 0) <> s.seats_sold`,
  );
  for await (const { id, held, sold, seats_held, seats_sold } of sections) {
    yield {
      row: `concerts: section ${id}`,
      problem: `has ${seats_held} HELD and ${seats_sold} SOLD seats, but counts ${held} and ${sold}`,
    };
  }
}
