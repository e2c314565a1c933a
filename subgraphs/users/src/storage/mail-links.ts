import { userRegistered } from '@frontrow/events/contracts/users';
import { Outbox } from '@frontrow/events/outbox';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';

/** The language of mails, the confirmation of an e-mail address, and the links that are mailed to it. */
export class MailLinks1795300000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('users', 'locale'))) {
      // Replicas of the previous release insert rows without a locale.
      await runner.query(`ALTER TABLE users ADD COLUMN locale VARCHAR(35) ${ascii} NOT NULL DEFAULT 'en'`);
    }
    if (!(await runner.hasColumn('users', 'email_confirmed_at'))) {
      await runner.query('ALTER TABLE users ADD COLUMN email_confirmed_at DATETIME(3) NULL');
    }
    await runner.query(`
      CREATE TABLE IF NOT EXISTS mailed_links (
        id         CHAR(36) ${ascii} NOT NULL PRIMARY KEY,
        user_id    CHAR(36) ${ascii} NOT NULL,
        purpose    VARCHAR(32) ${ascii} NOT NULL,
        expires_at DATETIME(3) NOT NULL,
        used_by    CHAR(36) ${ascii} NULL,
        KEY mailed_links_user (user_id),
        KEY mailed_links_expires (expires_at),
        CONSTRAINT mailed_links_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mailed_links');
    await runner.query('ALTER TABLE users DROP COLUMN email_confirmed_at');
    await runner.query('ALTER TABLE users DROP COLUMN locale');
  }
}

const atOnce = 500;

/**
 * Publishes the addresses of accounts that exist already, so that mail reaches them too: their first `user.registered.v1` had
 * none. Services that have handled the first event have made what they need, and make nothing of the second one.
 */
export class TellAddresses1795300000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const outbox = new Outbox(runner.dataSource, 'users');
    for (let after = ''; ;) {
      const accounts = (await runner.query(
        `SELECT id, name, email, locale FROM users WHERE id > ? ORDER BY id LIMIT ${String(atOnce)}`,
        [after],
      )) as { id: string; name: string; email: string; locale: string }[];
      const last = accounts.at(-1);
      if (last === undefined) return;
      await outbox.transaction((tx) => {
        for (const { id: userId, ...data } of accounts) {
          tx.emit(userRegistered.about(userId, { userId, ...data }));
        }
        return Promise.resolve();
      });
      after = last.id;
    }
  }

  async down(): Promise<void> {
    // Events cannot be taken back, and nothing was stored here.
  }
}
