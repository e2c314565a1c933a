import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import type { Schedule } from '../domain/concert.ts';
import { schedules } from './entities.ts';

/** A show may take place at another time than it was sold for. */
export class MoveSchedules1795000340001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('schedules', 'moves')) return;
    await runner.query(`
      ALTER TABLE schedules ADD COLUMN moved_from DATETIME(3) NULL, ADD COLUMN refund_until DATETIME(3) NULL,
        ADD COLUMN moves INT UNSIGNED NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE schedules DROP COLUMN moves, DROP COLUMN refund_until, DROP COLUMN moved_from',
    );
  }
}

/** Whoever moves a show has locked its concert. */
export async function storeMove(
  manager: EntityManager,
  { id, startsAt, movedFrom, refundUntil, moves }: Schedule,
): Promise<void> {
  await manager.update(schedules, { id }, { startsAt, movedFrom, refundUntil, moves });
}
