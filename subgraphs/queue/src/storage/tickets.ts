import type { TicketEnd } from '@frontrow/events/contracts/queue';
import { count, id, instant, key, optional, text } from '@frontrow/kit/columns';
import { columnsOf, inColumns } from '@frontrow/kit/many-rows';
import { EntitySchema, In, LessThanOrEqual } from 'typeorm';
import type { EntityManager, FindManyOptions } from 'typeorm';
import type { Admitted, Ticket, Waiting } from '../domain/ticket.ts';

/** A ticket as the table keeps it. */
export interface TicketRow {
  id: string;
  concertId: string;
  userId: string;
  number: number;
  status: Ticket['status'];
  /** 1 while WAITING or ADMITTED: unique per fan and concert. */
  live: 1 | null;
  joinedAt: Date;
  lastSeenAt: Date;
  admittedAt: Date | null;
  /**
   * The same as `expiresAt`. A replica of the release in which holds made admissions last longer needs it while it runs beside
   * this one, and what it extended ends at the `expiresAt` that its fan was told.
   */
  admissionEndsAt: Date | null;
  expiresAt: Date | null;
  maxActive: number | null;
  endedAt: Date | null;
  endedBecause: TicketEnd | null;
  /** The room's version with which it joined the line or left it. */
  lineVersion: number;
}

export const ticketEntity = new EntitySchema<TicketRow>({
  name: 'Ticket',
  tableName: 'tickets',
  columns: {
    id: key(id('id')),
    concertId: id('concert_id'),
    userId: id('user_id'),
    number: count('number'),
    status: text('status'),
    live: optional(count('live')),
    joinedAt: instant('joined_at'),
    lastSeenAt: instant('last_seen_at'),
    admittedAt: optional(instant('admitted_at')),
    admissionEndsAt: optional(instant('admission_ends_at')),
    expiresAt: optional(instant('expires_at')),
    maxActive: optional(count('max_active')),
    endedAt: optional(instant('ended_at')),
    endedBecause: optional(text('ended_because')),
    lineVersion: count('line_version'),
  },
});

// The columns of each status are written together (`changeOf`), so a row is one of the union's members.
const toTicket = ({ live: _live, lineVersion: _version, admissionEndsAt: _end, ...row }: TicketRow) =>
  row as Ticket;

const find = async <Found extends Ticket>(
  manager: EntityManager,
  options: FindManyOptions<TicketRow>,
): Promise<Found[]> => {
  const rows = await manager.find(ticketEntity, options);
  return rows.map((row) => toTicket(row) as Found);
};

export const findTickets = (manager: EntityManager, ids: readonly string[]): Promise<Ticket[]> =>
  find(manager, { where: { id: In(ids) } });

/** The ticket, locked until the transaction ends. */
export async function lockTicket(manager: EntityManager, id: string): Promise<Ticket | null> {
  const [ticket] = await find(manager, { where: { id }, lock: { mode: 'pessimistic_write' } });
  return ticket ?? null;
}

/** Those of the tickets that there are, locked until the transaction ends. */
export async function lockTickets(manager: EntityManager, ids: readonly string[]): Promise<Ticket[]> {
  const rows = await manager.query<TicketRow[]>(
    `SELECT ${columnsOf(ticketEntity)} FROM tickets FORCE INDEX (PRIMARY)
     WHERE id IN (?) ORDER BY id FOR UPDATE`,
    [ids],
  );
  return rows.map(toTicket);
}

/** The live tickets that some of these fans have of the concert. */
export const findLiveTickets = (
  manager: EntityManager,
  concertId: string,
  userIds: readonly string[],
): Promise<(Waiting | Admitted)[]> => find(manager, { where: { userId: In(userIds), concertId, live: 1 } });

/** All live tickets of a fan, by their rooms: whoever locks several rooms does so in one order. */
export const findLiveTicketsOf = (manager: EntityManager, userId: string): Promise<(Waiting | Admitted)[]> =>
  find(manager, { where: { userId, live: 1 }, order: { concertId: 'ASC' } });

/** The last `limit` tickets of each fan, newest first. */
export async function findTicketsOfFans(
  manager: EntityManager,
  userIds: readonly string[],
  limit: number,
): Promise<Ticket[]> {
  if (userIds.length === 0) return [];
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM (
       SELECT id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY id DESC) AS nth
       FROM tickets WHERE user_id IN (?)
     ) AS newest WHERE nth <= ?`,
    [userIds, limit],
  );
  return find(manager, { where: { id: In(rows.map(({ id }) => id)) }, order: { id: 'DESC' } });
}

/** The first `limit` of the line. The room's lock keeps them as they are. */
export async function firstWaiting(
  manager: EntityManager,
  concertId: string,
  limit: number,
): Promise<Waiting[]> {
  // Left to themselves, both databases walk tickets_number from 1, past all who have gone.
  const rows = await manager
    .createQueryBuilder(ticketEntity, 'ticket')
    .useIndex('tickets_line')
    .where({ concertId, status: 'WAITING' })
    .orderBy('ticket.number')
    .limit(limit)
    .getMany();
  return rows.map((row) => toTicket(row) as Waiting);
}

/** Up to `limit` waiting tickets whose fans were not seen since that instant, locked against being seen meanwhile. */
export const lockAway = (
  manager: EntityManager,
  concertId: string,
  since: Date,
  limit: number,
): Promise<Waiting[]> =>
  find(manager, {
    where: { concertId, status: 'WAITING', lastSeenAt: LessThanOrEqual(since) },
    take: limit,
    lock: { mode: 'pessimistic_write' },
  });

/** Up to `limit` admissions that are over, locked; those that another replica is ending are left to it. */
export const lockOverdue = (manager: EntityManager, now: Date, limit: number): Promise<Admitted[]> =>
  find(manager, {
    where: { status: 'ADMITTED', expiresAt: LessThanOrEqual(now) },
    take: limit,
    lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
  });

/** When the first of all admissions ends; null when there is none. `now` is by the same clock. */
export async function firstOverdue(manager: EntityManager): Promise<{ now: Date; expiresAt: Date | null }> {
  const [row] = await manager.query<{ now: Date; expiresAt: Date | null }[]>(
    `SELECT UTC_TIMESTAMP(3) AS now, (SELECT MIN(expires_at) FROM tickets WHERE status = 'ADMITTED') AS expiresAt`,
  );
  if (row === undefined) throw new Error('the database does not know the time');
  return row;
}

/** How many tickets are ADMITTED, by concert. */
export async function countActive(
  manager: EntityManager,
  concertIds: readonly string[],
): Promise<Map<string, number>> {
  if (concertIds.length === 0) return new Map();
  const rows = await manager.query<{ concert_id: string; active: string }[]>(
    `SELECT concert_id, COUNT(*) AS active FROM tickets
     WHERE concert_id IN (?) AND status = 'ADMITTED' GROUP BY concert_id`,
    [concertIds],
  );
  return new Map(rows.map((row) => [row.concert_id, Number(row.active)]));
}

/** How many tickets of the concert each of these fans has had; who has had none is not named. */
export async function countTickets(
  manager: EntityManager,
  concertId: string,
  userIds: readonly string[],
): Promise<Map<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await manager.query<{ user_id: string; tickets: string }[]>(
    'SELECT user_id, COUNT(*) AS tickets FROM tickets WHERE user_id IN (?) AND concert_id = ? GROUP BY user_id',
    [userIds, concertId],
  );
  return new Map(rows.map((row) => [row.user_id, Number(row.tickets)]));
}

/** Inserts new tickets by one statement. */
export async function insertTickets(
  manager: EntityManager,
  tickets: readonly Waiting[],
  lineVersion: number,
): Promise<void> {
  const rows = tickets.map((ticket): TicketRow => ({
    ...ticket,
    live: 1,
    admissionEndsAt: null,
    endedAt: null,
    endedBecause: null,
    lineVersion,
  }));
  await manager.createQueryBuilder().insert().into(ticketEntity).values(rows).updateEntity(false).execute();
}

/**
 * Stores tickets that changed, those that changed alike (a wave of admissions, a batch of ends) by one statement.
 * @param lineVersion the room's version with which they leave the line; nothing when they do not wait in it
 */
export async function updateTickets(
  manager: EntityManager,
  tickets: readonly Ticket[],
  lineVersion?: number,
): Promise<void> {
  const alike = new Map<string, { change: Partial<TicketRow>; ids: string[] }>();
  for (const ticket of tickets) {
    const change = { ...changeOf(ticket), ...(lineVersion !== undefined && { lineVersion }) };
    const key = JSON.stringify(change);
    const group = alike.get(key) ?? { change, ids: [] };
    group.ids.push(ticket.id);
    alike.set(key, group);
  }
  for (const { change, ids } of alike.values()) {
    const row = inColumns(ticketEntity)(change);
    const assignments = Object.keys(row).map((column) => `${column} = ?`);
    await manager.query(`UPDATE tickets SET ${assignments.join(', ')} WHERE id IN (?)`, [
      ...Object.values(row),
      ids,
    ]);
  }
}

/** The columns that a ticket of this status may have changed since it was issued. */
function changeOf(ticket: Ticket): Partial<TicketRow> {
  switch (ticket.status) {
    case 'WAITING':
      return { lastSeenAt: ticket.lastSeenAt };
    case 'ADMITTED': {
      const { status, admittedAt, expiresAt, maxActive } = ticket;
      return { status, admittedAt, admissionEndsAt: expiresAt, expiresAt, maxActive };
    }
    case 'COMPLETED':
    case 'EXPIRED':
    case 'LEFT': {
      const { status, endedAt, endedBecause } = ticket;
      return { status, live: null, endedAt, endedBecause };
    }
    default:
      return ticket satisfies never;
  }
}

/** Notes that the fans looked at these tickets just now. */
export async function markSeen(manager: EntityManager, ids: readonly string[]): Promise<void> {
  await manager.query(
    `UPDATE tickets SET last_seen_at = UTC_TIMESTAMP(3) WHERE id IN (?) AND status = 'WAITING'`,
    [ids],
  );
}
