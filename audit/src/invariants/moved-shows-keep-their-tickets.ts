import type { Invariant } from '../invariant.ts';
import { rows } from '../rows.ts';

interface Move {
  readonly id: string;
  readonly moves: number;
  readonly startsAt: Date;
  readonly refundUntil: Date;
}

export const movedShowsKeepTheirTickets: Invariant = {
  number: 13,
  claim:
    'Every reservation of a moved show says its new time, and no fan has given paid seats back later than was allowed',
  async *breaches({ concerts, reservations }) {
    const moved = rows<Move>(
      concerts,
      `SELECT id, moves, starts_at AS startsAt, refund_until AS refundUntil FROM schedules WHERE moves > 0`,
    );
    const heard = new Map<string, Move>();
    const noted = rows<Move>(
      reservations,
      'SELECT schedule_id AS id, moves, starts_at AS startsAt, refund_until AS refundUntil FROM moved_schedules',
    );
    for await (const move of noted) heard.set(move.id, move);
    for await (const move of moved) {
      const its = heard.get(move.id);
      heard.delete(move.id);
      if (its !== undefined && textOf(its) === textOf(move)) continue;
      const problem = `was moved to ${textOf(move)}, of which reservations know ${its === undefined ? 'nothing' : textOf(its)}`;
      yield { row: `concerts: schedule ${move.id}`, problem };
    }
    for (const id of heard.keys())
      yield { row: `reservations: moved schedule ${id}`, problem: 'was not moved by concerts' };
    // Those of shows that were cancelled since are the business of another invariant.
    const behind = rows<{ id: string; says: Date }>(
      reservations,
      `SELECT r.id, r.starts_at AS says FROM moved_schedules m STRAIGHT_JOIN reservations r ON r.schedule_id = m.schedule_id
       WHERE r.status IN ('PENDING', 'CONFIRMED') AND (r.starts_at <> m.starts_at OR r.refund_until <> m.refund_until)
         AND NOT EXISTS (SELECT 1 FROM cancelled_schedules c WHERE c.schedule_id = m.schedule_id)`,
    );
    for await (const { id, says } of behind) {
      const problem = `says ${says.toISOString()}, or an earlier offer, though its show was moved since`;
      yield { row: `reservations: reservation ${id}`, problem, saga: id };
    }
    const late = rows<{ id: string; endedAt: Date; until: Date }>(
      reservations,
      `SELECT id, ended_at AS endedAt, COALESCE(refund_until, starts_at) AS until FROM reservations
       WHERE status = 'CANCELLED' AND ended_because = 'CANCELLED_BY_FAN' AND confirmed_at IS NOT NULL
         AND ended_at >= COALESCE(refund_until, starts_at)`,
    );
    for await (const { id, endedAt, until } of late) {
      const problem = `was given back at ${endedAt.toISOString()}, which was allowed before ${until.toISOString()}`;
      yield { row: `reservations: reservation ${id}`, problem, saga: id };
    }
  },
};

const textOf = ({ moves, startsAt, refundUntil }: Move) =>
  `${startsAt.toISOString()} with refunds until ${refundUntil.toISOString()} (move ${String(moves)})`;
