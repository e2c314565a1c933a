import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Admissions no longer last as long as holds, so the queue does not listen to them, and its inbox knows nothing of such events: the
 * audit wants to know every consumer that an inbox names. The table of holds stays for one release more: replicas of the one
 * before this write to it while both run.
 */
export class StopFollowingHolds1760000200004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM inbox WHERE consumer IN (
      'queue-on-reservation-created-v1', 'queue-on-reservation-cancelled-v1')`);
  }

  async down(): Promise<void> {
    // Handled twice, those events would change nothing.
  }
}
