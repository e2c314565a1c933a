import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notes the instant, so that ended tickets can be deleted. Rows from before, and of replicas of the previous release, have none,
 * and stay.
 */
export class NoteWhenTicketsEnded1760000300143 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('ended_tickets', 'ended_at')) return;
    await runner.query(
      'ALTER TABLE ended_tickets ADD COLUMN ended_at DATETIME(3) NULL, ADD KEY ended_tickets_ended (ended_at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ended_tickets DROP COLUMN ended_at');
  }
}
