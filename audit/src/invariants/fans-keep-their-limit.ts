import type { Databases, Invariant } from '../invariant.ts';
import { differences } from '../differences.ts';
import { rows } from '../rows.ts';

export const fansKeepTheirLimit: Invariant = {
  number: 8,
  claim: 'No fan holds or owns more than maxSeatsPerFan seats of a concert; every count of seats is true',
  async *breaches(databases) {
    yield* greedyFans(databases);
    yield* miscountedFans(databases);
    yield* miscountedSections(databases, 'HELD');
    yield* miscountedSections(databases, 'SOLD');
  },
};

async function* greedyFans({ concerts }: Databases) {
  const greedy = rows<{ user_id: string; concert_id: string; seats: number; max: number }>(
    concerts,
    // A fan keeps the seats that an earlier limit allowed.
    `SELECT f.user_id, f.concert_id, f.seats, GREATEST(c.max_seats_per_fan, COALESCE(c.highest_seats_per_fan, 0)) AS max
     FROM fan_seats f JOIN concerts c ON c.id = f.concert_id
     WHERE f.seats > GREATEST(c.max_seats_per_fan, COALESCE(c.highest_seats_per_fan, 0))`,
  );
  for await (const { user_id, concert_id, seats, max } of greedy) {
    yield {
      row: `concerts: fan ${user_id} at concert ${concert_id}`,
      problem: `has ${seats} seats of ${max}`,
    };
  }
}

/** A fan's seats are those of their reservations; the first two invariants prove that the seats belong to these. */
async function* miscountedFans({ concerts, reservations }: Databases) {
  const wrong = differences(
    {
      database: concerts,
      sql: "SELECT CONCAT(user_id, ' at concert ', concert_id) AS `key`, seats AS amount FROM fan_seats",
    },
    {
      database: reservations,
      sql: `SELECT CONCAT(r.user_id, ' at concert ', r.concert_id) AS \`key\`, 1 AS amount
        FROM reservations r JOIN reservation_seats s ON s.reservation_id = r.id
        WHERE r.status IN ('PENDING', 'CONFIRMED')`,
    },
  );
  for await (const { key, left, right } of wrong) {
    yield { row: `concerts: fan ${key}`, problem: `has ${right} seats, ${left} by the count kept` };
  }
}

async function* miscountedSections({ concerts }: Databases, status: 'HELD' | 'SOLD') {
  const wrong = differences(
    {
      database: concerts,
      sql: `SELECT section_id AS \`key\`, ${status.toLowerCase()} AS amount FROM section_counts`,
    },
    {
      database: concerts,
      sql: `SELECT section_id AS \`key\`, 1 AS amount FROM seats WHERE status = '${status}'`,
    },
  );
  for await (const { key, left, right } of wrong) {
    yield {
      row: `concerts: section ${key}`,
      problem: `has ${right} ${status} seats, ${left} by the count kept`,
    };
  }
}
