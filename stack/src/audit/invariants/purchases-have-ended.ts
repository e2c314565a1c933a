import { subgraphs } from '../../layout.ts';
import type { Databases, Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

export const purchasesHaveEnded: Invariant = {
  number: 5,
  claim:
    'Every purchase has ended the same way in all services, or waits for its fan; no dead letter is open',
  async *breaches(databases) {
    yield* holdsAndReservationsDiffer(databases);
    yield* deadLetters(databases);
  },
};

/** What becomes of a hold when its reservation is in this state. */
const holdOf = { PENDING: 'HELD', CONFIRMED: 'SOLD', CANCELLED: 'RELEASED', EXPIRED: 'RELEASED' } as const;

async function* holdsAndReservationsDiffer({ concerts, reservations }: Databases) {
  const holds = rows<{ key: string; status: string }>(
    concerts,
    'SELECT reservation_id AS `key`, status FROM holds ORDER BY reservation_id',
  );
  const reserved = rows<{ key: string; status: keyof typeof holdOf }>(
    reservations,
    'SELECT id AS `key`, status FROM reservations ORDER BY id',
  );
  for await (const { key, left, right } of fullJoin(holds, reserved)) {
    if (left === undefined || right === undefined || holdOf[right.status] !== left.status) {
      yield {
        row: `reservations: reservation ${key}`,
        problem: `is ${right?.status ?? 'missing'}, but its hold is ${left?.status ?? 'missing'}`,
      };
    }
  }
}

async function* deadLetters(databases: Databases) {
  for (const service of subgraphs) {
    const letters = rows<{ id: string; consumer: string; event_id: string; error: string }>(
      databases[service],
      'SELECT id, consumer, event_id, error FROM dead_letters ORDER BY id',
    );
    for await (const { id, consumer, event_id, error } of letters) {
      const [reason = ''] = error.split('\n');
      yield {
        row: `${service}: dead letter ${id}`,
        problem: `${consumer} gave up on event ${event_id}: ${reason}`,
      };
    }
  }
}
