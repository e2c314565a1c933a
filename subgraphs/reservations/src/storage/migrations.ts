import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventMigrations } from '@frontrow/events/tables';
import { newId } from '@frontrow/kit/ids';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import { insertMissingRows } from '@frontrow/kit/many-rows';
import {
  CreateNextSigningKeys1760000000021,
  CreateSigningKeys1760000000004,
} from '@frontrow/kit/signing-keys';

import { KeepAdmissions1795000320000 } from './admissions.ts';
import { NoteCancelledSchedules1795000300002 } from './cancelled-schedules.ts';
import { NoteMovedSchedules1795000340002 } from './moved-schedules.ts';
import { KeepSalesMinutes1795000100002 } from './sales.ts';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

class CreateReservations1760000400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Texts are as wide as the event contracts allow, so that every hold can be stored.
    await runner.query(`
      CREATE TABLE reservations (
        id            ${id} NOT NULL PRIMARY KEY,
        user_id       ${id} NOT NULL,
        ticket_id     ${id} NOT NULL,
        concert_id    ${id} NOT NULL,
        schedule_id   ${id} NOT NULL,
        concert_title VARCHAR(2000) NOT NULL,
        artist        VARCHAR(2000) NOT NULL,
        venue_name    VARCHAR(2000) NOT NULL,
        starts_at     DATETIME(3) NOT NULL,
        total         INT UNSIGNED NOT NULL,
        created_at    DATETIME(3) NOT NULL,
        expires_at    DATETIME(3) NOT NULL,
        status        ${word} NOT NULL,
        payment_id    ${id} NULL,
        confirmed_at  DATETIME(3) NULL,
        ended_at      DATETIME(3) NULL,
        ended_because ${word} NULL,
        version       INT UNSIGNED NOT NULL,
        KEY reservations_of_user (user_id, id),
        KEY reservations_due (status, expires_at)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE reservation_seats (
        reservation_id ${id} NOT NULL,
        position       TINYINT UNSIGNED NOT NULL,
        seat_id        ${id} NOT NULL,
        label          VARCHAR(2000) NOT NULL,
        price          INT UNSIGNED NOT NULL,
        PRIMARY KEY (reservation_id, position)
      ) ${options}`);
    // Tombstones of reservations whose end was heard of before their beginning.
    await runner.query(`
      CREATE TABLE early_ends (
        reservation_id ${id} NOT NULL PRIMARY KEY,
        ended_because  ${word} NOT NULL,
        noted_at       DATETIME(3) NOT NULL
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['early_ends', 'reservation_seats', 'reservations']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

/** Notes refunds. Reservations that were cancelled after a payment before this migration count as refunded. */
class NoteRefunds1760000400002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('reservations', 'refunded_at'))) {
      await runner.query('ALTER TABLE reservations ADD COLUMN refunded_at DATETIME(3) NULL');
    }
    await runner.query(
      `UPDATE reservations SET refunded_at = ended_at
       WHERE status = 'CANCELLED' AND payment_id IS NOT NULL AND refunded_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reservations DROP COLUMN refunded_at');
  }
}

class FindOldEarlyEnds1760000400144 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX early_ends_noted ON early_ends (noted_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX early_ends_noted ON early_ends');
  }
}

/**
 * Operators search for the owner of a seat by its label. The index covers 64 characters; MySQL compares the rest of a longer
 * label itself.
 */
class FindBySeat1795000100003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX reservation_seats_by_label ON reservation_seats (label(64))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX reservation_seats_by_label ON reservation_seats');
  }
}

const atOnce = 500;

/** Issues a ticket for each seat that is paid. Reservations that were cancelled before need none. */
class IssueTickets1795300000201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS seat_tickets (
        reservation_id ${id} NOT NULL,
        position       TINYINT UNSIGNED NOT NULL,
        id             ${id} NOT NULL,
        issued_at      DATETIME(3) NOT NULL,
        voided_at      DATETIME(3) NULL,
        PRIMARY KEY (reservation_id, position),
        UNIQUE KEY seat_tickets_id (id)
      ) ${options}`);
    for (let after = ''; ;) {
      const confirmed = (await runner.query(
        `SELECT id, confirmed_at AS issuedAt FROM reservations
         WHERE status = 'CONFIRMED' AND id > ? ORDER BY id LIMIT ${String(atOnce)}`,
        [after],
      )) as { id: string; issuedAt: Date }[];
      const last = confirmed.at(-1);
      if (last === undefined) return;
      const issuedAt = new Map(confirmed.map((reservation) => [reservation.id, reservation.issuedAt]));
      const seats = (await runner.query(
        'SELECT reservation_id, position FROM reservation_seats WHERE reservation_id IN (?)',
        [[...issuedAt.keys()]],
      )) as { reservation_id: string; position: number }[];
      await insertMissingRows(
        runner.manager,
        'seat_tickets',
        seats.map((seat) => ({ ...seat, id: newId(), issued_at: issuedAt.get(seat.reservation_id) })),
      );
      after = last.id;
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE seat_tickets');
  }
}

export const migrations = [
  ...eventMigrations,
  CreateKnownKeySets1760000000005,
  CreateReservations1760000400001,
  NoteRefunds1760000400002,
  FindOldEarlyEnds1760000400144,
  CreateSigningKeys1760000000004,
  CreateNextSigningKeys1760000000021,
  IssueTickets1795300000201,
  KeepSalesMinutes1795000100002,
  FindBySeat1795000100003,
  NoteCancelledSchedules1795000300002,
  KeepAdmissions1795000320000,
  NoteMovedSchedules1795000340002,
];
