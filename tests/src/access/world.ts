import { randomUUID } from 'node:crypto';
import { newId } from '@frontrow/kit/ids';
import { Api } from '@frontrow/stack/api';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { createConnection } from 'mysql2/promise';
import { confirmEmailOf } from '../testing/mails.ts';
import { aMemberOfStaff, concertOnSale, configureRoom } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';
import type { Viewer } from './table.ts';

/** The password of all fans that Fan.register makes. */
const passwordOfFans = 'a-long-enough-password';

/** A fan who owns something of each kind, and the ids by which others would have to name it. */
export interface World {
  readonly system: System;
  readonly viewers: Readonly<Record<Viewer, Api>>;
  readonly idOf: (viewer: Viewer) => string | undefined;
  readonly passwordOf: (viewer: Viewer) => string;
  readonly emailOfOwner: string;
  /** An account that no test asks about, so that it may be logged in, made an operator and so on. */
  readonly spare: Fan;
  readonly emailOfSpare: string;
  /** Its show was moved. */
  readonly sale: Sale;
  /** A concert in whose line the owner waits without a hold, and one for which the owner has a pass and an unpaid hold. */
  readonly waiting: { readonly sale: Sale; readonly ticketId: string };
  readonly shopping: { readonly sale: Sale; readonly ticketId: string; readonly pass: string };
  readonly reservations: {
    readonly paid: string;
    readonly unpaid: string;
    readonly failed: string;
    readonly refunded: string;
  };
  /** A ticket that has entered by one scan, and was scanned again at a door without a network. */
  readonly entered: { readonly scheduleId: string; readonly code: string };
  readonly paymentIds: readonly string[];
  readonly ticketIds: readonly string[];
  readonly deadLetterId: string;
  readonly deliveryId: string;
  readonly hallId: string;
  /** The schedule of a cancelled show, whose end is interrupted. */
  readonly cancelledScheduleId: string;
}

export async function makeWorld(system: System): Promise<World> {
  const [owner, anotherFan, spare] = [
    ...[await Fan.register(system.url), await Fan.register(system.url), await Fan.register(system.url)],
  ] as [Fan, Fan, Fan];
  await owner.charge(10_000);
  const [emailOfOwner, emailOfSpare] = [
    await confirmEmailOf(system, owner),
    await confirmEmailOf(system, spare),
  ];
  const [sale, second, third, dear, waiting, begun] = (await Promise.all(
    [100, 100, 100, 1_000_000, 100, 100].map((price) => concertOnSale(system, { price })),
  )) as [Sale, Sale, Sale, Sale, Sale, Sale];
  const paid = await holdIn(owner, sale);
  const refunded = await holdIn(owner, second);
  const failed = await holdIn(owner, dear);
  const unpaid = await holdIn(owner, third);
  for (const { id } of [paid, refunded, failed]) await owner.pay(id);
  await owner.reservationUntil(paid.id, 'CONFIRMED');
  await owner.reservationUntil(refunded.id, 'CONFIRMED');
  await owner.cancel(refunded.id);
  await owner.reservationUntil(failed.id, 'CANCELLED');
  const entered = await enterTwice(system, anotherFan, begun);
  const deadLetterId = await giveUpOn(system, refunded.id);
  const ids = { paid: paid.id, unpaid: unpaid.id, failed: failed.id, refunded: refunded.id };
  await whenAllIsSettled(system, [paid.id, refunded.id]);
  await moveShow(system, sale.scheduleId, paid.id);
  await configureRoom(system.operator, sale.concertId, { challenge: true });
  const place = await owner.waitForAdmission(waiting.concertId);
  const { operator } = system;
  const staff = await aMemberOfStaff(system);
  const { deliveries } = await operator.ask<{ deliveries: { edges: { node: { id: string } }[] } }>(
    '{ deliveries(first: 1, status: DELIVERED) { edges { node { id } } } }',
  );
  return {
    system,
    viewers: { nobody: new Api(system.url), anotherFan, owner, operator, staff },
    idOf: (viewer) => ({ ...idsOf({ anotherFan, owner, operator, staff }), nobody: undefined })[viewer],
    passwordOf: (viewer) => (viewer === 'operator' ? system.stack.operator.password : passwordOfFans),
    ...{ emailOfOwner, spare, emailOfSpare, sale },
    waiting: { sale: waiting, ticketId: place.ticketId },
    shopping: { sale: third, ticketId: unpaid.ticketId, pass: unpaid.pass },
    ...{ reservations: ids, entered },
    reservations: ids,
    hallId: await aHall(operator),
    cancelledScheduleId: await aCancelledDate(system),
    paymentIds: await Promise.all([paid.id, refunded.id, failed.id].map((id) => paymentOf(owner, id))),
    ticketIds: [paid.ticketId, unpaid.ticketId],
    ...{ deadLetterId, deliveryId: deliveries.edges[0]?.node.id ?? 'none' },
  };
}

async function holdIn(fan: Fan, { concertId, scheduleId }: Sale) {
  const place = await fan.waitForAdmission(concertId);
  const hold = (await fan.hold(scheduleId, place.pass, { bestAvailable: { count: 1 } })) as SeatHoldAnswer;
  return { id: hold.reservationId, ...place };
}

const idsOf = <Name extends string>(fans: Record<Name, Fan>) =>
  Object.fromEntries(Object.entries<Fan>(fans).map(([name, { id }]) => [name, id])) as Record<Name, string>;

/** A scan of a ticket, now, at a door that has not scanned it before. */
export const aScan = (code: string, door = 'North') => ({
  ...{ code, door, clientId: randomUUID() },
  at: new Date().toISOString(),
});

/** Buys a ticket, which enters by a scan. Another scan of it is reported later. */
async function enterTwice({ operator }: System, fan: Fan, sale: Sale): Promise<World['entered']> {
  await fan.charge(1_000);
  const { id } = await holdIn(fan, sale);
  await fan.pay(id);
  await fan.reservationUntil(id, 'CONFIRMED');
  const query = 'query ($id: ID!) { reservation(id: $id) { tickets { code } } }';
  const { reservation } = await fan.ask<{ reservation: { tickets: { code: string }[] } }>(query, { id });
  const code = reservation.tickets[0]?.code ?? '';
  const { scheduleId } = sale;
  await operator.ask('mutation ($input: AdmitTicketInput!) { admitTicket(input: $input) { __typename } }', {
    input: { scheduleId, ...aScan(code) },
  });
  await operator.ask(
    'mutation ($input: SyncAdmissionsInput!) { syncAdmissions(input: $input) { clientId } }',
    {
      input: { scheduleId, scans: [aScan(code, 'South')] },
    },
  );
  return { scheduleId, code };
}

async function paymentOf(fan: Fan, id: string): Promise<string> {
  const query = 'query ($id: ID!) { reservation(id: $id) { payment { id } } }';
  return (await fan.ask<{ reservation: { payment: { id: string } } }>(query, { id })).reservation.payment.id;
}

/** Waits until the purchases have ended and the systems outside have been told, so that everybody asks about the same state. */
async function whenAllIsSettled({ operator }: System, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await operator.until<{ saga: { endedAt: string | null } | null }>(
      'query ($id: ID!) { saga(id: $id) { endedAt } }',
      { id },
      ({ saga }) => typeof saga?.endedAt === 'string',
    );
  }
  await operator.until<{ deliveries: { edges: object[] } }>(
    '{ deliveries(status: DELIVERED) { edges { cursor } } }',
    {},
    ({ deliveries }) => deliveries.edges.length > 0,
  );
}

/** A dead letter, and the step that reports it, as sagas stores them when a consumer has given up on an event. */
async function giveUpOn({ stack }: System, reservationId: string): Promise<string> {
  const sagas = await createConnection(stack.databaseUrl('sagas'));
  const [id, eventId] = [newId(), randomUUID()];
  try {
    await sagas.query(
      `INSERT INTO reported_dead_letters
         (id, consumer, event_id, event_type, event, error, attempts, failed_at, status, subject)
       VALUES (?, 'nobody-on-payment-completed-v1', ?, 'payment.completed.v1', '{}', 'poison', 5, UTC_TIMESTAMP(3), 'OPEN', ?)`,
      [id, eventId, reservationId],
    );
    await sagas.query(
      `INSERT INTO steps (event_id, saga_id, name, service, status, at, heard_at, data, error)
       VALUES (?, ?, 'consumer.dead-lettered', 'nobody', 'FAILED', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '{}', 'poison')`,
      [eventId, reservationId],
    );
    return id;
  } finally {
    await sagas.end();
  }
}

async function aCancelledDate(system: System): Promise<string> {
  const { operator } = system;
  const { scheduleId } = await concertOnSale(system, { price: 100 });
  await operator.ask('mutation ($id: ID!) { cancelSchedule(id: $id) { __typename } }', { id: scheduleId });
  await operator.until<{ pauseCancellation: { code?: string } }>(
    `mutation ($id: ID!) { pauseCancellation(scheduleId: $id, paused: true) { ... on Refusal { code } } }`,
    { id: scheduleId },
    ({ pauseCancellation }) => pauseCancellation.code === undefined,
  );
  return scheduleId;
}

/** Moves a show, and waits until a reservation of it says the new time. */
async function moveShow({ operator }: System, scheduleId: string, reservationId: string): Promise<void> {
  await operator.ask('mutation ($input: MoveScheduleInput!) { moveSchedule(input: $input) { __typename } }', {
    input: { scheduleId, startsAt: '2099-03-03T00:00:00.000Z' },
  });
  await operator.until<{ reservation: { movedFrom: string | null } }>(
    'query ($id: ID!) { reservation(id: $id) { movedFrom } }',
    { id: reservationId },
    ({ reservation }) => reservation.movedFrom !== null,
  );
}

/** A hall with one of everything that a hall may have. */
async function aHall(operator: Api): Promise<string> {
  const stage = { x: 0, y: 0, width: 1_000, depth: 400 };
  const wheelchairs = [{ row: 1, number: 1, companion: 2 }];
  const seats = {
    name: 'A',
    kind: 'SEATED',
    x: 0,
    y: 500,
    seatsPerRow: 4,
    radius: 900,
    aislesAfter: [2],
    wheelchairs,
  };
  const area = { name: 'B', kind: 'STANDING', x: 0, y: 900, seatsPerRow: 10, width: 500, depth: 300 };
  const { saveHall } = await operator.ask<{ saveHall: { id: string } }>(
    'mutation ($input: SaveHallInput!) { saveHall(input: $input) { ... on Hall { id } } }',
    { input: { id: randomUUID(), version: 0, name: 'Hall', stage, sections: [seats, area] } },
  );
  return saveHall.id;
}
