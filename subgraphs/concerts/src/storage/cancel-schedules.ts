import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes when a show was cancelled. It keeps its row, its seats and what became of them. */
export class CancelSchedules1795000300001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('schedules', 'cancelled_at')) return;
    await runner.query('ALTER TABLE schedules ADD COLUMN cancelled_at DATETIME(3) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE schedules DROP COLUMN cancelled_at');
  }
}
