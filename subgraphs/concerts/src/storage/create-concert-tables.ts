import type { MigrationInterface, QueryRunner } from 'typeorm';

const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

// IF (NOT) EXISTS, because each statement commits by itself: a migration that was interrupted is run again from its start.
export class CreateConcertTables1760000300001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createCatalogue(runner);
    await createSeats(runner);
    await createHolds(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['ended_tickets', 'fan_seats', 'holds', 'section_counts', 'seats'];
    for (const table of [...tables, 'sections', 'schedules', 'concerts', 'venues']) {
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
    }
  }
}

async function createCatalogue(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE IF NOT EXISTS venues (
      id      ${id} NOT NULL PRIMARY KEY,
      name    VARCHAR(200) NOT NULL,
      address VARCHAR(200) NOT NULL,
      UNIQUE KEY venues_place (name, address)
    ) ${options}`);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS concerts (
      id                ${id} NOT NULL PRIMARY KEY,
      venue_id          ${id} NOT NULL,
      title             VARCHAR(200) NOT NULL,
      artist            VARCHAR(200) NOT NULL,
      description       VARCHAR(2000) NOT NULL,
      sales_open_at     DATETIME(3) NOT NULL,
      max_seats_per_fan TINYINT UNSIGNED NOT NULL,
      CONSTRAINT concerts_at_venue FOREIGN KEY (venue_id) REFERENCES venues (id)
    ) ${options}`);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS schedules (
      id         ${id} NOT NULL PRIMARY KEY,
      concert_id ${id} NOT NULL,
      starts_at  DATETIME(3) NOT NULL,
      KEY schedules_of_concert (concert_id, starts_at),
      CONSTRAINT schedules_of_concert FOREIGN KEY (concert_id) REFERENCES concerts (id)
    ) ${options}`);
  // first_rank orders the sections of a schedule, and says which ranks their seats have.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS sections (
      id            ${id} NOT NULL PRIMARY KEY,
      schedule_id   ${id} NOT NULL,
      name          VARCHAR(200) COLLATE utf8mb4_bin NOT NULL,
      price         INT UNSIGNED NOT NULL,
      row_count     SMALLINT UNSIGNED NOT NULL,
      seats_per_row SMALLINT UNSIGNED NOT NULL,
      first_rank    INT UNSIGNED NOT NULL,
      UNIQUE KEY sections_of_schedule (schedule_id, first_rank),
      CONSTRAINT sections_of_schedule FOREIGN KEY (schedule_id) REFERENCES schedules (id)
    ) ${options}`);
}

async function createSeats(runner: QueryRunner): Promise<void> {
  // Ids are made in the order of rank, and holds lock seats by primary key, so all of them lock in that order. There is no index
  // on reservation_id, because a hold knows its seats, and each index would make holds more expensive.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS seats (
      id             ${id} NOT NULL PRIMARY KEY,
      schedule_id    ${id} NOT NULL,
      section_id     ${id} NOT NULL,
      row_no         SMALLINT UNSIGNED NOT NULL,
      number         SMALLINT UNSIGNED NOT NULL,
      seat_rank      INT UNSIGNED NOT NULL,
      status         ENUM('AVAILABLE', 'HELD', 'SOLD') NOT NULL DEFAULT 'AVAILABLE',
      reservation_id ${id} NULL,
      version        INT UNSIGNED NOT NULL DEFAULT 0,
      KEY seats_by_status (schedule_id, status, seat_rank),
      KEY seats_of_section (section_id, seat_rank)
    ) ${options}`);
  // See storage/section-counts.ts.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS section_counts (
      schedule_id ${id} NOT NULL,
      section_id  ${id} NOT NULL,
      slot        TINYINT UNSIGNED NOT NULL,
      held        INT NOT NULL DEFAULT 0,
      sold        INT NOT NULL DEFAULT 0,
      PRIMARY KEY (schedule_id, section_id, slot)
    ) ${options}`);
}

async function createHolds(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE IF NOT EXISTS holds (
      reservation_id   ${id} NOT NULL PRIMARY KEY,
      user_id          ${id} NOT NULL,
      ticket_id        ${id} NOT NULL,
      concert_id       ${id} NOT NULL,
      schedule_id      ${id} NOT NULL,
      seats            TEXT NOT NULL COMMENT 'as shown at the hold, a JSON array',
      total            INT UNSIGNED NOT NULL,
      held_at          DATETIME(3) NOT NULL,
      expires_at       DATETIME(3) NOT NULL,
      status           ENUM('HELD', 'SOLD', 'RELEASED') NOT NULL,
      released_because VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL
    ) ${options}`);
  // How many seats of a concert a fan holds or has bought. A fan's own calls wait for each other at this row.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS fan_seats (
      concert_id ${id} NOT NULL,
      user_id    ${id} NOT NULL,
      seats      INT UNSIGNED NOT NULL,
      PRIMARY KEY (concert_id, user_id)
    ) ${options}`);
  await runner.query(`
    CREATE TABLE IF NOT EXISTS ended_tickets (
      ticket_id ${id} NOT NULL PRIMARY KEY
    ) ${options}`);
}
