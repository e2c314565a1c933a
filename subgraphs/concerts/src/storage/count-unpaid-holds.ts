import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Stores how many of a fan's holds of a concert ended unpaid, and when the last did, beside the count of their seats. All begin
 * with none.
 */
export class CountUnpaidHolds1760000300002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('fan_seats', 'unpaid_holds')) return;
    await runner.query(`
      ALTER TABLE fan_seats
        ADD COLUMN unpaid_holds   INT UNSIGNED NOT NULL DEFAULT 0,
        ADD COLUMN last_unpaid_at DATETIME(3) NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE fan_seats DROP COLUMN last_unpaid_at, DROP COLUMN unpaid_holds');
  }
}
