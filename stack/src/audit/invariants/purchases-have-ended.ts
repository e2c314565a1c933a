import { subgraphs } from '../../layout.ts';
import type { Databases, Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

/** How long after its hold a saga may still be on its way to its end. */
const toleranceMs = 30_000;

export const purchasesHaveEnded: Invariant = {
  number: 5,
  claim:
    'Every saga has ended, the same way in all services, or waits for its fan; every dead letter is shown',
  async *breaches(databases, now) {
    yield* holdsAndReservationsDiffer(databases);
    yield* sagasUnderWay(databases, now);
    yield* sagasAndReservationsDiffer(databases);
    yield* hiddenDeadLetters(databases);
  },
};

/** What becomes of a hold when its reservation is in this state. */
const holdOf = { PENDING: 'HELD', CONFIRMED: 'SOLD', CANCELLED: 'RELEASED', EXPIRED: 'RELEASED' } as const;

async function* holdsAndReservationsDiffer({ concerts, reservations }: Databases) {
  const holds = rows<{ key: string; status: string }>(
    concerts,
    'SELECT reservation_id AS `key`, status FROM holds ORDER BY reservation_id',
  );
  for await (const { key, left, right } of fullJoin(holds, allReservations(reservations))) {
    const expected = right === undefined ? undefined : holdOf[right.status];
    // A purchase that was put back before reservations heard of it never became a reservation.
    if (left?.status === expected || (right === undefined && left?.status === 'RELEASED')) continue;
    yield {
      row: `reservations: reservation ${key}`,
      problem: `is ${right?.status ?? 'missing'}, but its hold is ${left?.status ?? 'missing'}`,
      saga: key,
    };
  }
}

const allReservations = (reservations: Databases['reservations']) =>
  rows<{ key: string; status: keyof typeof holdOf }>(
    reservations,
    'SELECT id AS `key`, status FROM reservations ORDER BY id',
  );

/** Sagas of which the log has no beginning are left out: their events are older than anybody retains. */
async function* sagasUnderWay({ sagas }: Databases, now: Date) {
  const underWay = rows<{ id: string; status: string; waits_until: Date | null }>(
    sagas,
    `SELECT id, status, waits_until FROM sagas
     WHERE status IN ('AWAITING_PAYMENT', 'RUNNING', 'COMPENSATING', 'STALLED')
       AND EXISTS (SELECT 1 FROM steps WHERE saga_id = sagas.id AND name = 'seats.held')`,
  );
  for await (const { id, status, waits_until } of underWay) {
    if (waits_until !== null && waits_until.getTime() + toleranceMs > now.getTime()) continue;
    yield { row: `sagas: saga ${id}`, problem: `is still ${status}`, saga: id };
  }
}

/** Where a saga stands when its reservation is in this state. */
const sagaOf = { CONFIRMED: 'COMPLETED', CANCELLED: 'COMPENSATED', EXPIRED: 'COMPENSATED' } as const;

async function* sagasAndReservationsDiffer({ sagas, reservations }: Databases) {
  const ended = rows<{ key: string; status: string }>(
    sagas,
    `SELECT id AS \`key\`, status FROM sagas WHERE status IN ('COMPLETED', 'COMPENSATED') ORDER BY id`,
  );
  for await (const { key, left, right } of fullJoin(ended, allReservations(reservations))) {
    // The log may know less, or more, than is there: it goes back no further than the outboxes do.
    if (left === undefined || right === undefined) continue;
    if (right.status !== 'PENDING' && sagaOf[right.status] === left.status) continue;
    yield {
      row: `sagas: saga ${key}`,
      problem: `is ${left.status}, but its reservation is ${right.status}`,
      saga: key,
    };
  }
}

async function* hiddenDeadLetters(databases: Databases) {
  const shown = new Set<string>();
  for await (const { id } of rows<{ id: string }>(databases.sagas, 'SELECT id FROM reported_dead_letters')) {
    shown.add(id);
  }
  for (const service of subgraphs) {
    const letters = rows<{ id: string; consumer: string; event_id: string; error: string }>(
      databases[service],
      'SELECT id, consumer, event_id, error FROM dead_letters ORDER BY id',
    );
    for await (const { id, consumer, event_id, error } of letters) {
      if (shown.has(id)) continue;
      const [reason = ''] = error.split('\n');
      yield {
        row: `${service}: dead letter ${id}`,
        problem: `${consumer} gave up on event ${event_id}, and nobody is shown that: ${reason}`,
      };
    }
  }
}
