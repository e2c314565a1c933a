import type { Connection } from 'mysql2/promise';
import { databaseOf } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { ticketEnds } from './events.ts';
import {
  bulk,
  byOutcome,
  emailOf,
  idOf,
  instant,
  price,
  seatNumber,
  seatsOfConcert,
  sectionsOfConcert,
} from './purchases.ts';

// What each service would have stored about the purchases. Columns and tables that no audit reads are left out.

const purchases = `${bulk}.purchases`;
const total = 2 * price;
const charged = 1_000_000;
const is = (...outcomes: string[]) => `outcome IN (${outcomes.map((outcome) => `'${outcome}'`).join()})`;
const isPaid = is('CONFIRMED', 'REFUNDED');
const seatsOfSection = seatsOfConcert / sectionsOfConcert;
/** How many seats were bought, and some that nobody wanted. */
const seatsMade = `(SELECT LEAST(${seatsOfConcert}, 2 * MAX(place) + 100) FROM ${purchases})`;

/** Stores the state of one service. */
export async function fillState(root: Connection, service: Subgraph): Promise<void> {
  await root.query(`USE ${databaseOf(service)}`);
  for (const statement of statements[service] ?? []) await root.query(statement);
}

const seat = (
  index: 0 | 1,
) => `JSON_OBJECT('id', seat_${index}, 'sectionId', schedule_id, 'section', '1층 A구역',
  'row', place, 'number', ${index}, 'price', ${price}, 'status', 'AVAILABLE', 'reservationId', NULL, 'version', 0)`;

const concerts = [
  `INSERT INTO venues (id, name, address) SELECT concert_id, '한강아트홀 대극장', concert_id FROM ${bulk}.concerts`,
  `INSERT INTO concerts (id, venue_id, title, artist, description, sales_open_at, max_seats_per_fan)
   SELECT concert_id, concert_id, '겨울의 끝에서', '푸른달밴드', '', ${instant('made_ms')}, 4 FROM ${bulk}.concerts`,
  `INSERT INTO schedules (id, concert_id, starts_at)
   SELECT schedule_id, concert_id, NOW() + INTERVAL 30 DAY FROM ${bulk}.concerts`,
  `INSERT INTO seats (id, schedule_id, section_id, row_no, number, seat_rank, status, reservation_id)
   SELECT ${idOf('seat', seatNumber('c.concert', 'seat'), 'made_ms + seat')}, c.schedule_id,
     ${idOf('section', `c.concert * ${sectionsOfConcert} + seat DIV ${seatsOfSection}`, 'made_ms')},
     seat DIV 100 + 1, seat MOD 100 + 1, seat, COALESCE(${byOutcome({ CONFIRMED: "'SOLD'", PENDING: "'HELD'" })}, 'AVAILABLE'),
     IF(${is('CONFIRMED', 'PENDING')}, reservation_id, NULL)
   FROM ${bulk}.concerts c
   JOIN (SELECT n AS seat FROM ${bulk}.numbers WHERE n < ${seatsMade}) AS seats
   LEFT JOIN ${purchases} p ON p.n = seat DIV 2 * (SELECT COUNT(*) FROM ${bulk}.concerts) + c.concert
   ORDER BY c.concert, seat`,
  `INSERT INTO section_counts (schedule_id, section_id, slot, held, sold)
   SELECT schedule_id, section_id, 0, SUM(status = 'HELD'), SUM(status = 'SOLD')
   FROM seats GROUP BY schedule_id, section_id`,
  `INSERT INTO holds
     (reservation_id, user_id, ticket_id, concert_id, schedule_id, seats, total, held_at, expires_at, status, released_because)
   SELECT reservation_id, user_id, ticket_id, concert_id, schedule_id, CONCAT('[', ${seat(0)}, ',', ${seat(1)}, ']'),
     ${total}, ${instant('ms')}, ${instant('expires_ms')},
     COALESCE(${byOutcome({ CONFIRMED: "'SOLD'", PENDING: "'HELD'" })}, 'RELEASED'),
     IF(${is('CONFIRMED', 'PENDING')}, NULL, outcome)
   FROM ${purchases} ORDER BY n`,
  `INSERT INTO fan_seats (concert_id, user_id, seats)
   SELECT concert_id, user_id, SUM(IF(${is('CONFIRMED', 'PENDING')}, 2, 0)) FROM ${purchases} GROUP BY 1, 2`,
];

const reservations = [
  `INSERT INTO reservations
     (id, user_id, ticket_id, concert_id, schedule_id, concert_title, artist, venue_name, starts_at, total, created_at,
      expires_at, status, payment_id, confirmed_at, ended_at, ended_because, version, refunded_at)
   SELECT reservation_id, user_id, ticket_id, concert_id, schedule_id, '겨울의 끝에서', '푸른달밴드', '한강아트홀 대극장',
     NOW() + INTERVAL 30 DAY, ${total}, ${instant('ms')}, ${instant('expires_ms')},
     IF(outcome = 'REFUNDED', 'CANCELLED', outcome), IF(${isPaid}, payment_id, NULL),
     IF(${isPaid}, ${instant('ms + 30005')}, NULL), IF(${is('CONFIRMED', 'PENDING')}, NULL, ${instant('ms + 300000')}),
     ${byOutcome({ CANCELLED: "'CANCELLED_BY_FAN'", REFUNDED: "'CANCELLED_BY_FAN'", EXPIRED: "'HOLD_EXPIRED'" })}, 1,
     IF(outcome = 'REFUNDED', ${instant('ms + 300000')}, NULL)
   FROM ${purchases} ORDER BY n`,
  `INSERT INTO reservation_seats (reservation_id, position, seat_id, label, price)
   SELECT reservation_id, position, IF(position = 0, seat_0, seat_1), CONCAT('1층 A구역-', place, '-', position), ${price}
   FROM ${purchases} JOIN (SELECT 0 AS position UNION ALL SELECT 1) AS positions ORDER BY n, position`,
  `INSERT INTO seat_tickets (reservation_id, position, id, issued_at, voided_at)
   SELECT reservation_id, position, ${idOf('seat ticket', 'n * 2 + position', 'ms + 30005')}, ${instant('ms + 30005')},
     IF(outcome = 'REFUNDED', ${instant('ms + 300000')}, NULL)
   FROM ${purchases} JOIN (SELECT 0 AS position UNION ALL SELECT 1) AS positions WHERE ${isPaid} ORDER BY n, position`,
];

/** The two lines of a movement: what the wallet gains, the house loses. */
const linesOf = (kind: string, amount: number, at: string, of: string) => `
  INSERT INTO ledger_lines
    (id, movement_id, account, user_id, kind, amount, balance_after, payment_id, created_at)
  SELECT ${idOf(`${kind} line`, 'n * 2 + house', at)}, ${idOf(kind, 'n', at)}, IF(house, 'HOUSE', 'WALLET'),
    IF(house, NULL, user_id), '${kind}', IF(house, -1, 1) * ${amount}, IF(house, NULL, ${charged}),
    ${kind === 'CHARGE' ? 'NULL' : 'payment_id'}, ${instant(at)}
  FROM ${of} AS moved JOIN (SELECT FALSE AS house UNION ALL SELECT TRUE) AS accounts ORDER BY n, house`;

const payments = [
  `INSERT INTO wallets (user_id, balance, created_at)
   SELECT user_id, ${charged} - SUM(IF(outcome = 'CONFIRMED', ${total}, 0)), ${instant('MIN(ms)')}
   FROM ${purchases} GROUP BY user_id`,
  linesOf('CHARGE', charged, 'ms - 86400000', `(SELECT * FROM ${purchases} WHERE n MOD 2 = 0)`),
  linesOf('PAYMENT', -total, 'ms + 30000', `(SELECT * FROM ${purchases} WHERE ${isPaid})`),
  linesOf('REFUND', total, 'ms + 90005', `(SELECT * FROM ${purchases} WHERE outcome = 'REFUNDED')`),
  `INSERT INTO payments
     (id, reservation_id, user_id, amount, status, failure, created_at, refunded_at, refund_reason)
   SELECT payment_id, reservation_id, user_id, ${total}, IF(outcome = 'CONFIRMED', 'COMPLETED', 'REFUNDED'), NULL,
     ${instant('ms + 30000')}, ${byOutcome({ REFUNDED: instant('ms + 90005') })}, ${byOutcome({ REFUNDED: "'CANCELLED_BY_FAN'" })}
   FROM ${purchases} WHERE ${isPaid} ORDER BY n`,
];

const endedAs = byOutcome({
  CONFIRMED: "'COMPLETED'",
  REFUNDED: "'COMPLETED'",
  CANCELLED: "'LEFT'",
  EXPIRED: "'EXPIRED'",
});

const queue = [
  `INSERT INTO rooms
     (concert_id, status, max_active, admit_per_second, admission_seconds, sales_open_at, opened_at, last_number,
      waiting, paced_until_ms)
   SELECT concert_id, 'OPEN', 100, 50, 600, ${instant('made_ms')}, ${instant('made_ms')}, (
     SELECT COUNT(*) FROM ${purchases} p WHERE p.concert_id = c.concert_id), 0, 0
   FROM ${bulk}.concerts c`,
  `INSERT INTO tickets
     (id, concert_id, user_id, number, status, live, joined_at, last_seen_at, admitted_at, admission_ends_at,
      expires_at, ended_at, ended_because, max_active)
   SELECT ticket_id, concert_id, user_id, place + 1, COALESCE(${endedAs}, 'ADMITTED'), IF(outcome = 'PENDING', 1, NULL),
     ${instant('ms - 60000')}, ${instant('ms - 30000')}, ${instant('ms - 20000')}, ${instant('ms + 580000')},
     ${instant('ms + 580000')}, ${instant(`ms + ${byOutcome(ticketEnds)}`)}, ${endedAs}, 100
   FROM ${purchases} ORDER BY n`,
];

const sagas = [
  `INSERT INTO sagas (id, user_id, status, started_at, updated_at, ended_at, waits_until)
   SELECT reservation_id, user_id,
     COALESCE(${byOutcome({ CONFIRMED: "'COMPLETED'", PENDING: "'AWAITING_PAYMENT'" })}, 'COMPENSATED'),
     ${instant('ms')}, ${instant('ms + 30010')}, IF(outcome = 'PENDING', NULL, ${instant('ms + 30010')}),
     IF(outcome = 'PENDING', ${instant('expires_ms')}, NULL)
   FROM ${purchases} ORDER BY n`,
];

const users = [
  `INSERT INTO users (id, email, name, role, password_hash, created_at)
   SELECT user_id, ${emailOf('user_id')}, '관객', 'FAN', '', ${instant('MIN(ms)')} FROM ${purchases} GROUP BY user_id`,
];

const statements: Partial<Record<Subgraph, readonly string[]>> = {
  users,
  concerts,
  reservations,
  payments,
  queue,
  sagas,
};
