import type { Mutation } from './bundle.ts';
import type { Mark } from './marks.ts';

/** A system with a deliberate mistake, which the simulation must find. */
export interface Variant {
  readonly name: string;
  /** The seed to begin with: one that found the mistake in the code of that time. `npm run simulate -- --variant` finds another. */
  readonly seed: number;
  /**
   * What it is known for: the beginning of the failure (the invariant that it breaks, or what then never happens), or a mark that its
   * schedule reaches.
   */
  readonly shows: string;
  readonly mutations: readonly Mutation[];
}

/** Shorthand: `[file, text, replacement]`. */
const variant = (
  name: string,
  seed: number,
  shows: string,
  ...mutations: [string, string, string][]
): Variant => ({
  ...{ name, seed, shows },
  mutations: mutations.map(([file, text, becomes]) => ({ file, text, becomes })),
});

const noRest = 'this did not happen: the system came to rest';
const noSale = 'this did not happen: the sale went on without one replica';

const nobodyAsks: [string, string, string] = [
  'events/src/reconcile.ts',
  'const [first] = missing;',
  'const [first] = [] as typeof missing;',
];

/** Mistakes that have been made somewhere before, each as somebody might make it. */
export const variants: readonly Variant[] = [
  variant(
    'the inbox check is left out',
    1,
    noRest,
    ['events/src/inbox.ts', 'fresh.delete(keyOf(consumer, event_id));', ''],
    ['events/src/inbox.ts', 'INSERT INTO inbox', 'INSERT IGNORE INTO inbox'],
  ),
  // Consumers would ask for the events that this loses, and get them.
  variant(
    'a message is acknowledged before its effect is committed',
    8,
    noRest,
    [
      'events/src/batch-handler.ts',
      '    for (;;) {\n',
      '    for (const { message } of received) this.#options.settle(message, () => message.ack());\n    for (;;) {\n',
    ],
    nobodyAsks,
  ),
  variant('a replica without its database keeps what it has in hand', 65, noSale, [
    'events/src/consumer.ts',
    '    this.#givesBack = true;\n    this.#endSubscriptions();\n    this.#handBack();\n',
    '',
  ]),
  variant('a hopeless message is given up without a dead letter', 324, noRest, [
    'events/src/batch-handler.ts',
    'await keepDeadLetter(outbox, failed, signal);',
    '',
  ]),
  variant('events are stored beside the transaction instead of in it', 261, 'invariant 5:', [
    'events/src/outbox.ts',
    'await this.#store(manager, emitted);',
    'await this.#store(this.database.manager, emitted);',
  ]),
  variant('an event counts as published before the broker has it', 1, noRest, [
    'events/src/publish-rows.ts',
    "outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))",
    'rows.map(({ id }) => ({ id, sequence: 1 }))',
  ]),
  variant('nobody notices that the broker lost its disk', 5, noRest, [
    'events/src/lost-stream.ts',
    'const isKnown = remembered?.stream_created_at === created;',
    "if (remembered?.stream_created_at !== '') return false;\n    const isKnown = false;",
  ]),
  variant(
    'an idempotency key is not recognised',
    23,
    'invariant 4:',
    [
      'kit/src/idempotency.ts',
      '[call.userId, call.key, fingerprint(call), effectId, call.now]',
      '[call.userId, `${call.key} ${effectId}`, fingerprint(call), effectId, call.now]',
    ],
    [
      'kit/src/idempotency.ts',
      '            userId,\n            key,\n',
      '            userId,\n            `${key} ${effectId}`,\n',
    ],
  ),
  variant(
    'seats are held without the status condition',
    521,
    'invariant 8:',
    [
      'subgraphs/concerts/src/storage/seats.ts',
      "WHERE id IN (?) AND schedule_id = ? AND status = 'AVAILABLE'\n",
      'WHERE id IN (?) AND schedule_id = ?\n',
    ],
    [
      'subgraphs/concerts/src/storage/seats.ts',
      "WHERE id IN (?) AND status = 'AVAILABLE'`",
      'WHERE id IN (?)`',
    ],
  ),
  variant('a wheelchair place is sold without the seat of its companion', 9, 'invariant 11:', [
    'subgraphs/concerts/src/operations/hold-together.ts',
    'if (alone.size > 0) {',
    'if (false) {',
  ]),
  variant('the seats of a fan are not given back', 2, 'invariant 8:', [
    'subgraphs/concerts/src/operations/change-holds.ts',
    'await giveBackFanSeats(manager, changes.flatMap(givenBack));',
    '',
  ]),
  variant('seats that were released are sold all the same', 191, 'invariant 5:', [
    'subgraphs/concerts/src/domain/hold.ts',
    "    case 'HELD':\n      return { next: { ...found, status: 'SOLD' }",
    "    case 'RELEASED':\n    case 'HELD':\n      return { next: { ...found, status: 'SOLD' }",
  ]),
  variant('a compensation leaves the seats held', 324, noRest, [
    'subgraphs/concerts/src/handlers.ts',
    '  onSagaCompensationRequested,\n',
    '',
  ]),
  variant(
    'the expiry ignores the payment',
    63,
    'invariant 3:',
    [
      'subgraphs/reservations/src/storage/reservations.ts',
      "where: { status: 'PENDING', expiresAt: LessThanOrEqual(instant) }",
      "where: { status: In(['PENDING', 'CONFIRMED']), expiresAt: LessThanOrEqual(instant) }",
    ],
    [
      'subgraphs/reservations/src/domain/decide-reservation.ts',
      "export function expire(found: Reservation, now: Date): Decision<Reservation> {\n  switch (found.status) {\n    case 'PENDING': {",
      "export function expire(found: any, now: Date): any {\n  switch (found.status as string) {\n    case 'CONFIRMED':\n    case 'PENDING': {",
    ],
  ),
  variant('a payment confirms a reservation that has ended', 27, 'invariant 1:', [
    'subgraphs/reservations/src/domain/decide-reservation.ts',
    "export function onPaymentCompleted(\n  found: Reservation,\n  payment: PaymentCompleted,\n  now: Date,\n): Decision<Reservation> {\n  switch (found.status) {\n    case 'PENDING': {",
    "export function onPaymentCompleted(found: any, payment: PaymentCompleted, now: Date): any {\n  switch (found.status as string) {\n    case 'EXPIRED':\n    case 'CANCELLED':\n    case 'PENDING': {",
  ]),
  variant(
    'a refund is sent twice',
    74,
    'invariant 4:',
    [
      'subgraphs/payments/src/domain/close-payable.ts',
      "    case 'PAID':\n      return {",
      "    case 'CLOSED':\n    case 'PAID':\n      return {",
    ],
    [
      'subgraphs/payments/src/operations/close-payables.ts',
      "if (found.status !== 'PAID') continue;",
      "if (found.status !== 'PAID' && found.status !== 'CLOSED') continue;",
    ],
    [
      'subgraphs/payments/src/operations/close-payables.ts',
      "payables.filter(({ status }) => status === 'PAID')",
      "payables.filter(({ status }) => status === 'PAID' || status === 'CLOSED')",
    ],
    [
      'subgraphs/payments/src/operations/close-payables.ts',
      'if (payment === undefined || wallet === null) {',
      'if (payment === undefined || wallet === null) {\n      if (true) continue;',
    ],
    ['subgraphs/payments/src/storage/payments.ts', ", status: 'COMPLETED' }) as", ' }) as'],
    ['subgraphs/payments/src/storage/payments.ts', "({ id, status: 'COMPLETED' })", '({ id })'],
  ),
  variant('the end of a show is not told to those who have to pay back', 173, noRest, [
    'subgraphs/reservations/src/operations/end-show.ts',
    'tx.emit(...decisions.flatMap(({ events }) => events));',
    '',
  ]),
  variant('a waiting room is read without a lock', 54, 'invariant 7:', [
    'subgraphs/queue/src/storage/rooms.ts',
    "manager.findOne(roomEntity, { where: { concertId }, lock: { mode: 'pessimistic_write' } })",
    'manager.findOne(roomEntity, { where: { concertId } })',
  ]),
  variant('places are given away without a count of those who are in', 549, 'invariant 7:', [
    'subgraphs/queue/src/operations/move-line.ts',
    '(await countActive(tx.manager, [concertId])).get(concertId) ?? 0',
    '0',
  ]),
  variant('tickets stay good when their reservation is cancelled', 4, 'invariant 9:', [
    'subgraphs/reservations/src/operations/store-changes.ts',
    'await voidTickets(manager, voided, now);',
    '',
  ]),
  variant('the waiting room of a cancelled show stays open', 223, 'invariant 12:', [
    'subgraphs/queue/src/operations/close-room.ts',
    "await updateRoom(manager, concert.concertId, { status: 'CLOSED' });",
    '',
  ]),
  variant('a show that is moved again is noted with the time of its first move', 29, 'invariant 13:', [
    'subgraphs/reservations/src/storage/moved-schedules.ts',
    'starts_at = IF(VALUES(moves) > moves, VALUES(starts_at), starts_at),',
    'starts_at = starts_at,',
  ]),
  // The next two lock what another replica, which is publishing the same events, has or will need. The loser tries again, so nothing is lost.
  variant('a relay locks its memory before its events', 1, 'a deadlock' satisfies Mark, [
    'events/src/relay.ts',
    'const publishedAt = new Date();\n',
    'const publishedAt = new Date();\n    await rememberLast(manager, this.#broker, lastOf(acknowledged));\n',
  ]),
  variant('a relay finds by their ids the rows that it has locked', 69, 'a deadlock' satisfies Mark, [
    'events/src/relay.ts',
    'locked === undefined\n',
    'true\n',
  ]),
];
