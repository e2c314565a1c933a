import { everySaga } from '@frontrow/events/contracts/sagas';
import type { Book } from './fans.ts';
import type { Row } from './mysql/database.ts';
import type { Mysql } from './mysql/server.ts';
import type { ServiceName } from './services.ts';
import type { System } from './system.ts';

/*
 * The invariants of the whole system, in the audit's numbering. Some hold at every commit, the others when everything is at rest.
 * They are written again here, on plain rows, so that a mistake escapes only if the audit's SQL is wrong in the same way.
 */

/** What the invariants examine. */
export interface Evidence {
  readonly system: System;
  readonly books: readonly Book[];
  /** How often each consumer has handled each event. */
  readonly handled: ReadonlyMap<string, number>;
}

function claim(isTrue: boolean, invariant: number, what: string, ...rows: (Row | undefined)[]): void {
  if (!isTrue)
    throw new Error(`invariant ${invariant}: ${what} ${rows.map((row) => JSON.stringify(row)).join(' ')}`);
}

const by = (rows: readonly Row[], column: string) => new Map(rows.map((row) => [row[column] as string, row]));

function sums(rows: readonly Row[], key: string, value: string): Map<string, number> {
  const all = new Map<string, number>();
  for (const row of rows)
    all.set(row[key] as string, (all.get(row[key] as string) ?? 0) + Number(row[value]));
  return all;
}

/** What must hold after each commit of a service, of the rows of these tables. */
const atCommit: Partial<
  Record<ServiceName, readonly [check: (...rows: (readonly Row[])[]) => void, ...tables: string[]][]>
> = {
  concerts: [
    [seatsBelongToOne, 'seats', 'holds'],
    [fansKeepTheirLimit, 'concerts', 'holds', 'fan_seats'],
    [countsAreTrue, 'seats', 'section_counts'],
    [companionsStayTogether, 'seats'],
  ],
  payments: [[ledgerAddsUp, 'wallets', 'ledger_lines', 'payments']],
  queue: [[ticketsAreInOrder, 'rooms', 'tickets']],
  reservations: [
    [confirmedOnesDoNotExpire, 'reservations'],
    [nobodyGivesBackTooLate, 'reservations'],
    [seatsHaveTickets, 'reservations', 'reservation_seats', 'seat_tickets'],
  ],
};

/**
 * Checks what must hold after each commit of this service, as far as it can have changed.
 * @throws an error that names what does not hold
 */
export async function checkAtCommit(service: ServiceName, mysql: Mysql): Promise<void> {
  const checks = atCommit[service] ?? [];
  const changed = await mysql.look(
    service,
    checks.flatMap(([, ...tables]) => tables),
  );
  for (const [check, ...tables] of checks)
    if (tables.some((table) => changed.has(table)))
      check(...tables.map((table) => mysql.rows(service, table)));
}

function confirmedOnesDoNotExpire(reservations: readonly Row[]): void {
  for (const reservation of reservations) {
    const isWrong = reservation['status'] === 'EXPIRED' && reservation['confirmed_at'] !== null;
    claim(!isWrong, 3, 'what was paid has expired', reservation);
  }
}

function nobodyGivesBackTooLate(reservations: readonly Row[]): void {
  for (const reservation of reservations) {
    if (reservation['ended_because'] !== 'CANCELLED_BY_FAN' || reservation['confirmed_at'] === null) continue;
    const until = instant(reservation['refund_until'] ?? reservation['starts_at']);
    claim(instant(reservation['ended_at']) < until, 13, 'a fan has given seats back too late', reservation);
  }
}

function seatsHaveTickets(
  reservations: readonly Row[],
  seats: readonly Row[],
  tickets: readonly Row[],
): void {
  const place = (row: Row) => `${String(row['reservation_id'])} ${String(row['position'])}`;
  const good = new Map(tickets.filter((row) => row['voided_at'] === null).map((row) => [place(row), row]));
  const reservation = by(reservations, 'id');
  for (const seat of seats) {
    const its = reservation.get(seat['reservation_id'] as string);
    const isRight = good.delete(place(seat)) === (its?.['status'] === 'CONFIRMED');
    claim(isRight, 9, 'a confirmed seat has no valid ticket, or another seat has one', seat, its);
  }
  claim(good.size === 0, 9, 'a ticket is for no seat', ...good.values());
}

function seatsBelongToOne(seats: readonly Row[], holds: readonly Row[]): void {
  const seat = by(seats, 'id');
  let taken = 0;
  for (const hold of holds) {
    if (hold['status'] === 'RELEASED') continue;
    for (const { id } of JSON.parse(hold['seats'] as string) as { id: string }[]) {
      const its = seat.get(id);
      const isIts = its?.['reservation_id'] === hold['reservation_id'] && its?.['status'] === hold['status'];
      claim(isIts, 1, 'a hold does not have its seat', hold, its);
      taken++;
    }
  }
  const others = seats.filter(({ status }) => status === 'HELD' || status === 'SOLD').length - taken;
  claim(others === 0, 1, 'a seat is taken without a hold');
}

function companionsStayTogether(seats: readonly Row[]): void {
  const seat = by(seats, 'id');
  for (const one of seats) {
    const isNobodys = one['status'] !== 'KEPT_BACK' || one['reservation_id'] === null;
    claim(isNobodys, 11, 'a seat that is kept back belongs to a reservation', one);
    if (one['companion_id'] === null) continue;
    const other = seat.get(one['companion_id'] as string);
    const isTogether =
      other?.['companion_id'] === one['id'] &&
      other?.['status'] === one['status'] &&
      other?.['reservation_id'] === one['reservation_id'];
    claim(
      isTogether,
      11,
      "a wheelchair place and its companion's seat are not in the same state",
      one,
      other,
    );
  }
}

function fansKeepTheirLimit(concerts: readonly Row[], holds: readonly Row[], fanSeats: readonly Row[]): void {
  const [concert] = concerts;
  const seats = new Map<string, number>();
  for (const { user_id, status, seats: its } of holds) {
    if (status === 'RELEASED') continue;
    seats.set(
      user_id as string,
      (seats.get(user_id as string) ?? 0) + (JSON.parse(its as string) as []).length,
    );
  }
  for (const row of fanSeats) {
    const count = seats.get(row['user_id'] as string) ?? 0;
    claim(count === row['seats'], 8, `a fan has ${count} seats`, row);
    const its = holds.filter(({ user_id, status }) => user_id === row['user_id'] && status === 'RELEASED');
    const ended = (...reasons: string[]) =>
      its.filter(({ released_because }) => reasons.includes(released_because as string)).length;
    // Some of the holds that the fan cancelled may have been paid.
    const unpaid = ended('HOLD_EXPIRED', 'PAYMENT_FAILED');
    const isCounted =
      Number(row['unpaid_holds']) >= unpaid &&
      Number(row['unpaid_holds']) <= unpaid + ended('CANCELLED_BY_FAN');
    claim(isCounted, 8, `${unpaid} or some more holds of a fan ended unpaid`, row);
    claim(count <= Number(concert?.['max_seats_per_fan']), 8, 'a fan has too many seats', row);
  }
}

function countsAreTrue(seats: readonly Row[], counts: readonly Row[]): void {
  for (const [status, column] of [
    ['HELD', 'held'],
    ['SOLD', 'sold'],
    ['KEPT_BACK', 'kept'],
  ] as const) {
    const counted = counts.reduce((sum, row) => sum + Number(row[column]), 0);
    const count = seats.filter((seat) => seat['status'] === status).length;
    claim(counted === count, 8, `${count} seats are ${status}, the sections count ${counted}`);
  }
}

function ledgerAddsUp(wallets: readonly Row[], lines: readonly Row[], payments: readonly Row[]): void {
  const balances = sums(lines, 'user_id', 'amount');
  for (const wallet of wallets) {
    const sum = balances.get(wallet['user_id'] as string) ?? 0;
    claim(Number(wallet['balance']) === sum && sum >= 0, 4, `a wallet's ledger says ${sum}`, wallet);
  }
  for (const [movement, sum] of sums(lines, 'movement_id', 'amount')) {
    claim(sum === 0, 4, `the movement ${movement} does not add up`);
  }
  const moved = sums(
    lines.filter(({ account }) => account === 'WALLET'),
    'payment_id',
    'amount',
  );
  for (const payment of payments) {
    const expected = payment['status'] === 'COMPLETED' ? -Number(payment['amount']) : 0;
    const sum = moved.get(payment['id'] as string) ?? 0;
    claim(sum === expected, 4, `a payment moved ${sum} points`, payment);
  }
}

/** An instant as the database stores it, in ms since 1970. */
const instant = (value: unknown) => new Date(value as Date).getTime();

function ticketsAreInOrder(rooms: readonly Row[], tickets: readonly Row[]): void {
  for (const room of rooms) {
    const its = tickets.filter(({ concert_id }) => concert_id === room['concert_id']);
    const numbers = its.map(({ number }) => Number(number)).sort((a, b) => a - b);
    claim(
      numbers.every((number, index) => number === index + 1),
      7,
      `numbers are ${numbers.join()}`,
    );
    const count = (status: string) => its.filter((ticket) => ticket['status'] === status).length;
    for (const ticket of its) {
      if (ticket['admitted_at'] === null) continue;
      const lastsMs = instant(ticket['expires_at']) - instant(ticket['admitted_at']);
      claim(
        lastsMs === Number(room['admission_seconds']) * 1_000,
        7,
        'an admission has another length',
        ticket,
      );
    }
    claim(count('ADMITTED') <= Number(room['max_active']), 7, `${count('ADMITTED')} are admitted`, room);
    claim(count('WAITING') === room['waiting'], 7, `${count('WAITING')} wait`, room);
  }
}

/**
 * Checks what must hold once nothing moves any more.
 * @throws an error that names what does not hold
 */
export function checkAtRest(evidence: Evidence): void {
  admissionsWereKeptTo(evidence);
  soldSeatsAreConfirmed(evidence);
  confirmedReservationsArePaid(evidence);
  chargesAreAsTold(evidence);
  sagasHaveEnded(evidence);
  eventsWereHandledOnce(evidence);
  fansGotWhatTheyPaid(evidence);
  cancelledShowsArePutBack(evidence);
  movedShowsKeepTheirTickets(evidence);
}

/** Seats are held during an admission, not after it. The length of admissions is checked at each commit. */
function admissionsWereKeptTo({ system: { mysql } }: Evidence): void {
  const tickets = by(mysql.rows('queue', 'tickets'), 'id');
  for (const hold of mysql.rows('concerts', 'holds')) {
    const ticket = tickets.get(hold['ticket_id'] as string);
    const isInTime = ticket !== undefined && instant(hold['held_at']) < instant(ticket['expires_at']);
    claim(isInTime, 7, 'seats were held after the admission', hold, ticket);
  }
}

function soldSeatsAreConfirmed({ system: { mysql } }: Evidence): void {
  const reservations = by(mysql.rows('reservations', 'reservations'), 'id');
  const holds = by(mysql.rows('concerts', 'holds'), 'reservation_id');
  for (const hold of holds.values()) {
    const reservation = reservations.get(hold['reservation_id'] as string);
    const isConfirmed = reservation?.['status'] === 'CONFIRMED';
    claim(
      hold['status'] === (isConfirmed ? 'SOLD' : 'RELEASED'),
      1,
      'hold and reservation differ',
      hold,
      reservation,
    );
  }
  for (const reservation of reservations.values()) {
    claim(reservation['status'] !== 'PENDING', 2, 'a reservation is pending for ever', reservation);
    claim(holds.has(reservation['id'] as string), 1, 'a reservation has no hold', reservation);
  }
}

function confirmedReservationsArePaid({ system: { mysql } }: Evidence): void {
  const payments = by(mysql.rows('payments', 'payments'), 'reservation_id');
  const reservations = mysql.rows('reservations', 'reservations');
  for (const reservation of reservations) {
    const payment = payments.get(reservation['id'] as string);
    const isPaid = payment?.['status'] === 'COMPLETED';
    claim(
      isPaid === (reservation['status'] === 'CONFIRMED'),
      3,
      'reservation and payment differ',
      reservation,
      payment,
    );
    if (!isPaid) continue;
    claim(
      payment['id'] === reservation['payment_id'],
      3,
      'it was confirmed by another payment',
      reservation,
      payment,
    );
    claim(payment['amount'] === reservation['total'], 3, 'it costs something else', reservation, payment);
  }
  const known = by(reservations, 'id');
  for (const payment of payments.values()) {
    const isFor = known.has(payment['reservation_id'] as string) || payment['status'] !== 'COMPLETED';
    claim(isFor, 3, 'a payment is for nothing', payment);
  }
}

function chargesAreAsTold({ system: { mysql }, books }: Evidence): void {
  const lines = mysql.rows('payments', 'ledger_lines');
  const charges = lines.filter(({ account, kind }) => account === 'WALLET' && kind === 'CHARGE');
  const charged = sums(charges, 'user_id', 'amount');
  for (const { fan, userId, charged: told } of books) {
    const sum = charged.get(userId ?? '') ?? 0;
    claim(sum === told, 4, `${fan} was told of ${told} points, and charged ${sum}`);
  }
}

function sagasHaveEnded({ system: { mysql } }: Evidence): void {
  const reservations = by(mysql.rows('reservations', 'reservations'), 'id');
  const sagas = by(mysql.rows('sagas', 'sagas'), 'id');
  for (const saga of sagas.values()) {
    const reservation = reservations.get(saga['id'] as string);
    const expected = reservation?.['status'] === 'CONFIRMED' ? 'COMPLETED' : 'COMPENSATED';
    claim(saga['status'] === expected, 5, 'saga and reservation differ', saga, reservation);
    claim(saga['breaks'] === null, 5, 'the events of a purchase contradict each other', saga);
  }
  for (const [id, reservation] of reservations)
    claim(sagas.has(id), 5, 'a reservation has no saga', reservation);
  const reported = by(mysql.rows('sagas', 'reported_dead_letters'), 'id');
  for (const service of ['queue', 'concerts', 'reservations', 'payments', 'sagas', 'deliveries'] as const) {
    for (const letter of mysql.rows(service, 'dead_letters')) {
      claim(reported.has(letter['id'] as string), 5, 'a dead letter is not shown', letter);
      claim(letter['replayed_at'] !== null, 5, 'a dead letter was not handled after all', letter);
    }
  }
}

function eventsWereHandledOnce({ system: { mysql, jetStream }, handled }: Evidence): void {
  const consumers = [...jetStream.stream.consumers.values()];
  const inboxes = new Map<string, Set<unknown>>();
  for (const service of [
    'users',
    'queue',
    'concerts',
    'reservations',
    'payments',
    'sagas',
    'deliveries',
  ] as const) {
    for (const { consumer, event_id } of mysql.rows(service, 'inbox')) {
      const ids = inboxes.get(consumer as string) ?? new Set();
      inboxes.set(consumer as string, ids.add(event_id));
    }
  }
  for (const service of ['users', 'queue', 'concerts', 'reservations', 'payments', 'sagas'] as const) {
    for (const event of mysql.rows(service, 'outbox')) {
      claim(event['published_at'] !== null, 6, 'an event was not published', event);
      const type = `frontrow.${event['type'] as string}.*`;
      for (const { name } of consumers.filter(({ subjects }) => subjects === type)) {
        // If the log of sagas is empty, it asks all services for all events, and forgets what it has handled, this event too.
        if (event['subject'] === everySaga && name.startsWith('sagas-')) continue;
        claim(inboxes.get(name)?.has(event['id']) === true, 6, `${name} did not handle`, event);
      }
    }
  }
  for (const [what, count] of handled) {
    // The log is written anew if it was empty at a start.
    if (!what.startsWith('sagas-')) claim(count === 1, 6, `${what} was handled ${count} times`);
  }
}

function fansGotWhatTheyPaid({ system: { mysql, faults }, books }: Evidence): void {
  const reservations = by(mysql.rows('reservations', 'reservations'), 'id');
  const payments = by(mysql.rows('payments', 'payments'), 'reservation_id');
  for (const { fan, paid, cancelled } of books) {
    for (const id of paid) {
      const payment = payments.get(id);
      claim(payment !== undefined, 3, `${fan} was told of a payment that does not exist`);
      // The payment came at the last moment and was heard of after the end, or the show was cancelled. Then the points were
      // refunded.
      const isBack: unknown[] = ['HOLD_EXPIRED', 'SHOW_CANCELLED'];
      const mayBeBack = cancelled.has(id) || !faults.isCalm || isBack.includes(payment?.['refund_reason']);
      const isConfirmed = reservations.get(id)?.['status'] === 'CONFIRMED';
      claim(isConfirmed || mayBeBack, 3, `${fan} paid and got nothing`, reservations.get(id), payment);
    }
  }
}

function cancelledShowsArePutBack({ system: { mysql }, books }: Evidence): void {
  const cancelled = mysql.rows('concerts', 'schedules').filter((row) => row['cancelled_at'] !== null);
  for (const { id, concert_id } of cancelled) {
    const ofIt = (row: Row) => row['schedule_id'] === id;
    for (const seat of mysql.rows('concerts', 'seats').filter(ofIt))
      claim(
        seat['status'] !== 'HELD' && seat['status'] !== 'SOLD',
        12,
        'a seat of a cancelled show is taken',
        seat,
      );
    for (const reservation of mysql.rows('reservations', 'reservations').filter(ofIt)) {
      const hasEnded = reservation['status'] === 'CANCELLED' || reservation['status'] === 'EXPIRED';
      claim(hasEnded, 12, 'a reservation outlives its show', reservation);
    }
    const room = mysql.rows('queue', 'rooms').find((row) => row['concert_id'] === concert_id);
    claim(room?.['status'] === 'CLOSED', 12, 'fans wait for a concert without a date', room);
    // There is no other show, so all fans have the points back that they have charged.
    const wallets = by(mysql.rows('payments', 'wallets'), 'user_id');
    for (const { fan, userId, charged } of books) {
      const wallet = wallets.get(userId ?? '');
      claim(Number(wallet?.['balance'] ?? 0) === charged, 12, `${fan} has charged ${charged} points`, wallet);
    }
  }
}

function movedShowsKeepTheirTickets({ system: { mysql } }: Evidence): void {
  const isMoved = (row: Row) => row['cancelled_at'] === null && row['moves'] !== 0;
  for (const schedule of mysql.rows('concerts', 'schedules').filter(isMoved)) {
    const noted = by(mysql.rows('reservations', 'moved_schedules'), 'schedule_id').get(
      schedule['id'] as string,
    );
    const isSame = (row: Row | undefined) =>
      row !== undefined &&
      instant(row['starts_at']) === instant(schedule['starts_at']) &&
      (row['refund_until'] === null || instant(row['refund_until']) === instant(schedule['refund_until']));
    claim(isSame(noted), 13, 'reservations know another move', schedule, noted);
    for (const reservation of mysql.rows('reservations', 'reservations')) {
      const isGood = reservation['status'] !== 'CONFIRMED' || isSame(reservation);
      claim(isGood, 13, 'a reservation says another time than its show', reservation, schedule);
    }
  }
}
