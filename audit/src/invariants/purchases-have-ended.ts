import { subgraphs } from '@frontrow/stack/layout';
import type { Databases, Invariant } from '../invariant.ts';
import { differences } from '../differences.ts';
import { rows } from '../rows.ts';

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

/** The states of a hold; 0 means that there is none. */
const holdStates = ['missing', 'HELD', 'SOLD', 'RELEASED'];

async function* holdsAndReservationsDiffer({ concerts, reservations }: Databases) {
  const different = differences(
    {
      database: concerts,
      sql: "SELECT reservation_id AS `key`, FIELD(status, 'HELD', 'SOLD', 'RELEASED') AS amount FROM holds",
    },
    {
      database: reservations,
      sql: `SELECT id AS \`key\`, CASE status WHEN 'PENDING' THEN 1 WHEN 'CONFIRMED' THEN 2 ELSE 3 END AS amount
        FROM reservations`,
    },
  );
  for await (const { key, left, right } of different) {
    const [is, shouldBe] = [holdStates[left], holdStates[right]];
    // If a purchase was compensated before reservations heard of it, it never became a reservation.
    if (is === 'RELEASED' && shouldBe === 'missing') continue;
    yield {
      row: `concerts: hold ${key}`,
      problem: `is ${is}, but by its reservation it should be ${shouldBe}`,
      saga: key,
    };
  }
}

/** Sagas whose log has no beginning are left out, because nobody retains events that old. */
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

/** The states of a saga; 0 means that it is under way, or that there is none. */
const sagaStates = ['under way', 'COMPLETED', 'COMPENSATED', 'AWAITING_PAYMENT'];

async function* sagasAndReservationsDiffer({ sagas, reservations }: Databases) {
  const different = differences(
    {
      database: sagas,
      sql: "SELECT id AS `key`, FIELD(status, 'COMPLETED', 'COMPENSATED', 'AWAITING_PAYMENT') AS amount FROM sagas",
    },
    {
      database: reservations,
      sql: `SELECT id AS \`key\`, CASE status WHEN 'CONFIRMED' THEN 1 WHEN 'PENDING' THEN 3 ELSE 2 END AS amount
        FROM reservations`,
    },
  );
  for await (const { key, left, right } of different) {
    const [is, shouldBe] = [sagaStates[left], sagaStates[right]];
    // The log may contain less or more than the databases, because it goes back only as far as the outboxes do.
    if (left === 0 || right === 0 || is === 'AWAITING_PAYMENT') continue;
    yield {
      row: `sagas: saga ${key}`,
      problem: `is ${is}, but by its reservation it should be ${shouldBe}`,
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
