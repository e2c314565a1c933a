import { onBehalfOf } from '@frontrow/events/operator-action';
import { Outbox } from '@frontrow/events/outbox';
import { insertConcert, findOrInsertVenue } from '../../../subgraphs/concerts/src/storage/concerts.ts';
import { GivenIds } from '../../../kit/src/given-ids.ts';
import { addSchedule } from '../../../subgraphs/concerts/src/operations/add-schedule.ts';
import { takeSeats } from '../../../subgraphs/concerts/src/operations/take-seats.ts';
import { findSale } from '../../../subgraphs/concerts/src/storage/schedules.ts';
import { createTill } from '../../../subgraphs/payments/src/operations/till.ts';
import { insertPayables } from '../../../subgraphs/payments/src/storage/payables.ts';
import { insertWallets } from '../../../subgraphs/payments/src/storage/wallets.ts';
import { concertsScript } from './testing/storage/concerts.ts';
import { paymentsScript } from './testing/storage/payments.ts';
import { id } from './testing/storage/script.ts';
import type { StorageScript } from './testing/storage/script.ts';
import { memoryDatabase } from './testing/servers.ts';
import { MemoryMysql } from './server.ts';

async function start(service: string, script: StorageScript) {
  const mysql = new MemoryMysql();
  const outbox = new Outbox(await memoryDatabase(mysql, script), service);
  return { outbox, rows: (table: string) => mysql.rows('service', table) };
}

describe('on the server in memory', () => {
  it('a fan who pays twice at the same moment pays once', async () => {
    const { outbox, rows } = await start('payments', paymentsScript);
    const [userId, reservationId] = [id(1), id(2)];
    await outbox.transaction(async ({ manager }) => {
      await insertWallets(manager, [{ userId, createdAt: new Date() }]);
      const expiresAt = new Date(Date.now() + 60_000);
      await insertPayables(manager, [{ reservationId, userId, total: 300, expiresAt, status: 'OPEN' }]);
    });
    const [till, replica] = [createTill(outbox), createTill(outbox)];
    await till.charge({ userId, amount: 1_000, idempotencyKey: 'charge' });
    const once = { userId, reservationId, mayStillCome: false, idempotencyKey: 'pay' };
    const answers = await Promise.all([
      till.pay(once),
      till.pay(once),
      replica.pay(once),
      till.pay({ ...once, idempotencyKey: 'again' }),
      replica.pay({ ...once, idempotencyKey: 'once more' }),
    ]);
    expect(answers.filter((answer) => 'status' in answer)).toHaveLength(3);
    expect(rows('wallets')).toEqual([expect.objectContaining({ balance: 700 })]);
    expect(rows('payments')).toHaveLength(1);
    expect(rows('outbox').map(({ type }) => type)).toEqual(['payment.completed.v1']);
  });

  it('of fans who want the same seats at the same moment, one gets all of them', async () => {
    const { outbox, rows } = await start('concerts', concertsScript);
    const [concertId, now] = [id(10), new Date()];
    await outbox.transaction(async ({ manager }) => {
      const venueId = await findOrInsertVenue(manager, { id: id(1), name: 'Hall', address: 'Street' });
      const shown = { title: 'Title', artist: 'Artist', description: '' };
      const terms = {
        salesOpenAt: now,
        maxSeatsPerFan: 4,
        highestSeatsPerFan: null,
        publishAt: null,
        version: 1,
      };
      await insertConcert(manager, { id: concertId, venueId, ...shown, ...terms });
    });
    const startsAt = new Date(now.getTime() + 86_400_000);
    const sections = [{ name: 'A', rows: 1, seatsPerRow: 5, price: 100 }];
    const schedule: any = await addSchedule(
      outbox,
      onBehalfOf('COMMAND', 'addSchedule'),
      { concertId, startsAt, sections },
      now,
    );
    const sale = (await findSale(outbox.database.manager, schedule.id)) as any;
    const seatIds = rows('seats').map((seat) => seat['id'] as string);
    const saleDeps = { outbox, ids: new GivenIds('a test'), holdSeconds: 300 } as any;
    const take = (fan: number, ids: string[]) => {
      const call = { userId: id(fan), key: 'key', operation: 'holdSeats', args: ids, now };
      return takeSeats(
        saleDeps,
        [{ call, sale, ticketId: id(fan), seatIds: ids, traceparent: undefined }],
        'wait',
      );
    };
    const wanted = [seatIds.slice(0, 3), seatIds.slice(2, 5), seatIds.slice(1, 3)];
    const answers: any[] = (await Promise.all(wanted.map((ids, fan) => take(fan + 20, ids)))).flat();
    const winners = answers.filter(({ status }) => status === 'HELD');
    expect(winners).toHaveLength(1);
    const held = rows('seats').filter(({ status }) => status === 'HELD');
    expect(held.map((seat) => seat['id'])).toEqual(winners[0].seats.map((seat: any) => seat.id));
    expect(rows('section_counts').reduce((sum, { held: count }) => sum + (count as number), 0)).toBe(
      held.length,
    );
    expect(rows('outbox').map(({ type }) => type)).toEqual(['operator.acted.v1', 'seats.held.v1']);
  });
});
