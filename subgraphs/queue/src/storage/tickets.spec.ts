import { newId } from '@frontrow/kit/ids';
import type { EntityManager } from 'typeorm';
import { joinRoom } from '../operations/join-room.ts';
import { queueUnderTest } from '../testing.ts';
import { firstWaiting } from './tickets.ts';

async function rowsRead(manager: EntityManager): Promise<number> {
  const rows = await manager.query<{ Value: string }[]>(`SHOW SESSION STATUS LIKE 'Handler_read%'`);
  return rows.reduce((sum, row) => sum + Number(row.Value), 0);
}

describe('the first of the line', () => {
  it('are found without reading past all who have gone', async () => {
    const queue = await queueUnderTest();
    const concertId = await queue.openRoom();
    for (let i = 0; i < 6; i++) {
      await joinRoom(
        queue.positions.lineDeps,
        concertId,
        Array.from({ length: 500 }, () => newId()),
      );
    }
    await queue.database.query("UPDATE tickets SET status = 'EXPIRED', live = NULL WHERE number <= 1500");
    await queue.database.query('ANALYZE TABLE tickets');
    await queue.database.transaction(async (manager) => {
      const before = await rowsRead(manager);
      const first = await firstWaiting(manager, concertId, 10);
      expect(first.map(({ number }) => number)).toEqual([
        1501, 1502, 1503, 1504, 1505, 1506, 1507, 1508, 1509, 1510,
      ]);
      expect((await rowsRead(manager)) - before).toBeLessThan(500);
    });
    await queue.close();
  });
});
