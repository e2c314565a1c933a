import type { Databases, Invariant } from '../invariant.ts';
import { rows } from '../rows.ts';

export const companionsStayTogether: Invariant = {
  number: 11,
  claim:
    "A wheelchair place and its companion's seat share one fate; what is kept back is nobody's; an area has the places it takes",
  async *breaches({ concerts }) {
    yield* apart(concerts);
    yield* keptForSomebody(concerts);
    yield* miscounted(concerts);
  },
};

async function* apart(concerts: Databases['concerts']) {
  const parted = rows<{ id: string; companion_id: string }>(
    concerts,
    `SELECT s.id, s.companion_id FROM seats s LEFT JOIN seats c ON c.id = s.companion_id
     WHERE s.companion_id IS NOT NULL AND
       (c.id IS NULL OR NOT c.companion_id <=> s.id OR c.status <> s.status OR NOT c.reservation_id <=> s.reservation_id)`,
  );
  for await (const { id, companion_id } of parted) {
    yield { row: `concerts: seat ${id}`, problem: `is apart from ${companion_id}, with which it is sold` };
  }
}

async function* keptForSomebody(concerts: Databases['concerts']) {
  const kept = rows<{ id: string; reservation_id: string }>(
    concerts,
    `SELECT id, reservation_id FROM seats WHERE status = 'KEPT_BACK' AND reservation_id IS NOT NULL`,
  );
  for await (const { id, reservation_id } of kept) {
    const problem = `is kept back, and that of the reservation ${reservation_id}`;
    yield { row: `concerts: seat ${id}`, problem, saga: reservation_id };
  }
}

async function* miscounted(concerts: Databases['concerts']) {
  const areas = rows<{ id: string; capacity: number; places: string | number }>(
    concerts,
    `SELECT a.id, a.seats_per_row AS capacity, COUNT(s.id) AS places
     FROM sections a LEFT JOIN seats s ON s.section_id = a.id WHERE a.kind = 'STANDING'
     GROUP BY a.id, a.seats_per_row HAVING COUNT(s.id) <> a.seats_per_row`,
  );
  for await (const { id, capacity, places } of areas) {
    yield { row: `concerts: section ${id}`, problem: `takes ${capacity} and has ${places} places` };
  }
}
