import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWaitingRooms1760000200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
    const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    const word = 'VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin';
    await runner.query(`
      CREATE TABLE rooms (
        concert_id        ${id} PRIMARY KEY,
        status            ${word} NOT NULL,
        max_active        INT UNSIGNED NOT NULL,
        admit_per_second  DOUBLE NOT NULL,
        admission_seconds INT UNSIGNED NOT NULL,
        sales_open_at     DATETIME(3) NOT NULL,
        opened_at         DATETIME(3) NOT NULL,
        last_number       INT UNSIGNED NOT NULL,
        waiting           INT UNSIGNED NOT NULL,
        paced_until_ms    DOUBLE NOT NULL,
        KEY rooms_waiting (waiting)
      ) ${options}`);
    // tickets_live: NULLs are never equal, so that ended tickets do not count.
    await runner.query(`
      CREATE TABLE tickets (
        id                ${id} PRIMARY KEY,
        concert_id        ${id},
        user_id           ${id},
        number            INT UNSIGNED NOT NULL,
        status            ${word} NOT NULL,
        live              TINYINT NULL,
        joined_at         DATETIME(3) NOT NULL,
        last_seen_at      DATETIME(3) NOT NULL,
        admitted_at       DATETIME(3) NULL,
        admission_ends_at DATETIME(3) NULL,
        expires_at        DATETIME(3) NULL,
        ended_at          DATETIME(3) NULL,
        ended_because     ${word} NULL,
        UNIQUE KEY tickets_number (concert_id, number),
        UNIQUE KEY tickets_live (user_id, concert_id, live),
        KEY tickets_line (concert_id, status, number),
        KEY tickets_away (concert_id, status, last_seen_at),
        KEY tickets_overdue (status, expires_at)
      ) ${options}`);
    // expires_at is NULL once the reservation was cancelled, also when that was heard of first.
    await runner.query(`
      CREATE TABLE holds (
        reservation_id ${id} PRIMARY KEY,
        ticket_id      ${id},
        expires_at     DATETIME(3) NULL,
        KEY holds_ticket (ticket_id)
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['holds', 'tickets', 'rooms']) await runner.query(`DROP TABLE ${table}`);
  }
}
