import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of event delivery; every service lists this among its migrations. DDL commits by itself, so one that was
 * interrupted is repeated over what it had made.
 */
export class CreateEventTables1760000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const options = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    await runner.query(`
      CREATE TABLE IF NOT EXISTS outbox (
        position        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        id              CHAR(36) ${ascii},
        type            VARCHAR(64) ${ascii},
        subject         VARCHAR(64) ${ascii},
        envelope        MEDIUMTEXT NOT NULL,
        created_at      DATETIME(3) NOT NULL,
        published_at    DATETIME(3) NULL,
        stream_sequence BIGINT UNSIGNED NULL,
        UNIQUE KEY outbox_id (id),
        KEY outbox_unpublished (published_at, position)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS relay_state (
        stream            VARCHAR(64) ${ascii} PRIMARY KEY,
        stream_created_at VARCHAR(40) ${ascii},
        last_sequence     BIGINT UNSIGNED NOT NULL,
        last_id           CHAR(36) ${ascii}
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS inbox (
        consumer   VARCHAR(64) ${ascii},
        event_id   CHAR(36) ${ascii},
        handled_at DATETIME(3) NOT NULL,
        PRIMARY KEY (consumer, event_id),
        KEY inbox_handled (handled_at)
      ) ${options}`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS dead_letters (
        id         CHAR(36) ${ascii} PRIMARY KEY,
        consumer   VARCHAR(64) ${ascii},
        event_id   VARCHAR(64) ${ascii},
        event_type VARCHAR(64) ${ascii},
        event      MEDIUMTEXT NOT NULL,
        error      TEXT NOT NULL,
        attempts   INT UNSIGNED NOT NULL,
        failed_at  DATETIME(3) NOT NULL,
        UNIQUE KEY dead_letters_event (consumer, event_id)
      ) ${options}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['dead_letters', 'inbox', 'relay_state', 'outbox']) {
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
    }
  }
}

/** What replays need: the events about one subject are found, and a dead letter says whether it was handled after all. */
export class PrepareReplays1760000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasIndex(runner, 'outbox', 'outbox_subject'))) {
      await runner.query('CREATE INDEX outbox_subject ON outbox (subject)');
    }
    if (!(await runner.hasColumn('dead_letters', 'replayed_at'))) {
      await runner.query('ALTER TABLE dead_letters ADD COLUMN replayed_at DATETIME(3) NULL');
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE dead_letters DROP COLUMN replayed_at');
    await runner.query('DROP INDEX outbox_subject ON outbox');
  }
}

/** Each publication that somebody asked for has an id of its own: see `messageId`. */
export class CountReplays1760000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('outbox', 'replays')) return;
    await runner.query('ALTER TABLE outbox ADD COLUMN replays INT UNSIGNED NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox DROP COLUMN replays');
  }
}

/** New events before old ones: what is told again is a table of its own, and its rows stay published meanwhile. */
export class RepublishBeside1760000000141 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS republications (
        id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        subject          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        since            DATETIME(3) NOT NULL,
        reached_position BIGINT UNSIGNED NOT NULL,
        last_position    BIGINT UNSIGNED NOT NULL,
        asked_at         DATETIME(3) NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
    if (!(await runner.hasColumn('relay_state', 'missing'))) {
      await runner.query('ALTER TABLE relay_state ADD COLUMN missing BIGINT UNSIGNED NOT NULL DEFAULT 0');
    }
    for (const column of ['stream_sequence', 'replays']) {
      if (await runner.hasColumn('outbox', column)) {
        await runner.query(`ALTER TABLE outbox DROP COLUMN ${column}`);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE outbox ADD COLUMN stream_sequence BIGINT UNSIGNED NULL');
    await runner.query('ALTER TABLE outbox ADD COLUMN replays INT UNSIGNED NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE relay_state DROP COLUMN missing');
    await runner.query('DROP TABLE republications');
  }
}

/** Up to where a service has compared what it had with what another one published: see reconcile.ts. */
export class Reconcile1760000000142 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const word = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    await runner.query(`
      CREATE TABLE IF NOT EXISTS reconciliations (
        producer     ${word},
        type         ${word},
        published_at DATETIME(3) NOT NULL,
        position     BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (producer, type)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reconciliations');
  }
}

/** How often handlers threw on an event: see attempts.ts. */
export class CountFailedAttempts1760000000161 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    await runner.query(`
      CREATE TABLE IF NOT EXISTS failed_attempts (
        consumer  VARCHAR(64) ${ascii},
        event_id  VARCHAR(64) ${ascii},
        attempts  INT UNSIGNED NOT NULL,
        failed_at DATETIME(3) NOT NULL,
        PRIMARY KEY (consumer, event_id),
        KEY failed_attempts_failed (failed_at)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS failed_attempts');
  }
}

/** Every service lists these among its migrations. */
export const eventMigrations = [
  CreateEventTables1760000000001,
  PrepareReplays1760000000006,
  CountReplays1760000000007,
  RepublishBeside1760000000141,
  Reconcile1760000000142,
  CountFailedAttempts1760000000161,
];

async function hasIndex(runner: QueryRunner, table: string, index: string): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?`,
    [table, index],
  )) as unknown[];
  return rows.length > 0;
}
