import { onBehalfOf } from '@frontrow/events/operator-action';
import { ticketAdmitted, ticketEnded } from '@frontrow/events/contracts/queue';
import { emittedOf } from '@frontrow/events/testing';
import type { Admitted, Ended } from '../domain/ticket.ts';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest } from '../testing.ts';
import { configureRoom } from './configure-room.ts';
import { endOverdueAdmissions } from './end-overdue-admissions.ts';
import { joinRoom } from './join-room.ts';
import { moveLine } from './move-line.ts';
import { newId } from '@frontrow/kit/ids';
import { untilLockIsWaitedFor } from '@frontrow/kit/testing/lock-wait';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

async function joinMany(concertId: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const fans = Array.from({ length: Math.min(500, count - done) }, () => newId());
    await joinRoom(queue.positions.lineDeps, concertId, fans);
  }
}

const numbers = async (concertId: string, status: string) =>
  (await queue.tickets(concertId)).filter((ticket) => ticket.status === status).map(({ number }) => number);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('a line that moves', () => {
  it('lets in who came first, as many as there are places, and tells so', async () => {
    const concertId = await queue.openRoom({ maxActive: 3 });
    await joinMany(concertId, 5);
    await queue.move(concertId);
    expect(await numbers(concertId, 'ADMITTED')).toEqual([1, 2, 3]);
    const admitted = (await queue.tickets(concertId)).slice(0, 3);
    const events = (await emittedOf(queue.outbox, ticketAdmitted)).filter((e) => e.concertId === concertId);
    expect(events).toEqual(
      admitted.map(({ id, userId, expiresAt }) => ({
        ticketId: id,
        userId,
        concertId,
        expiresAt: expiresAt?.toISOString(),
      })),
    );
    expect(await queue.room(concertId)).toMatchObject({ waiting: 2 });
  });

  it('lets in no more than the rate allows', async () => {
    const concertId = await queue.openRoom({ admitPerSecond: 0.01, maxActive: 1_000 });
    await joinMany(concertId, 5);
    await queue.move(concertId);
    await queue.move(concertId);
    expect(await numbers(concertId, 'ADMITTED')).toEqual([1]);
  });

  it('ends the tickets of fans who are away, wherever they stand', async () => {
    const concertId = await queue.openRoom({ maxActive: 2 });
    await queue.database.query(
      'UPDATE rooms SET opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?',
      [concertId],
    );
    await joinMany(concertId, 6);
    const before = await queue.tickets(concertId);
    for (const number of [1, 3, 5]) await queue.age(before[number - 1]?.id ?? '', 121);
    await queue.age(before[1]?.id ?? '', 100);
    await queue.move(concertId);
    expect(await numbers(concertId, 'LEFT')).toEqual([1, 3, 5]);
    expect(await numbers(concertId, 'ADMITTED')).toEqual([2, 4]);
    const ended = (await emittedOf(queue.outbox, ticketEnded)).filter((e) => e.concertId === concertId);
    expect(ended.map(({ reason }) => reason)).toEqual(['ABANDONED', 'ABANDONED', 'ABANDONED']);
    expect(await queue.room(concertId)).toMatchObject({ waiting: 1 });
  });

  it('keeps the places of fans who are away before sales open', async () => {
    const concertId = await queue.openRoom({ salesOpenAt: new Date(Date.now() + 60_000) });
    await joinMany(concertId, 1);
    const [ticket] = await queue.tickets(concertId);
    await queue.age(ticket?.id ?? '', 3_600);
    await queue.move(concertId);
    expect(await numbers(concertId, 'WAITING')).toEqual([1]);
  });

  it('fills the place of an admission that is over', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    await joinMany(concertId, 2);
    await queue.move(concertId);
    const [first] = await queue.tickets(concertId);
    await queue.age(first?.id ?? '', 599);
    await endOverdueAdmissions(queue.outbox);
    expect(await numbers(concertId, 'ADMITTED')).toEqual([1]);
    await queue.age(first?.id ?? '', 1);
    await endOverdueAdmissions(queue.outbox);
    await queue.move(concertId);
    expect(await numbers(concertId, 'EXPIRED')).toEqual([1]);
    expect(await numbers(concertId, 'ADMITTED')).toEqual([2]);
  });

  it('fills a place no sooner than it came free, also when it did so in the middle of the wave', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    await queue.database.query(
      'UPDATE rooms SET opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?',
      [concertId],
    );
    await joinMany(concertId, 3);
    await queue.move(concertId);
    const [first, away] = (await queue.tickets(concertId)).map(({ id }) => id) as [string, string];
    await queue.age(away, 121);
    await queue.age(first, 600);
    let moving: Promise<void> | undefined;
    await queue.database.transaction(async (manager) => {
      await manager.query('SELECT id FROM tickets WHERE id = ? FOR UPDATE', [away]);
      moving = queue.move(concertId);
      await untilLockIsWaitedFor(queue.database, 'last_seen_at');
      await endOverdueAdmissions(queue.outbox);
    });
    await moving;
    await queue.move(concertId);
    const [left, , entered] = (await queue.tickets(concertId)) as [Ended, Ended, Admitted];
    expect([left.status, entered.status]).toEqual(['EXPIRED', 'ADMITTED']);
    expect(entered.admittedAt.getTime()).toBeGreaterThanOrEqual(left.endedAt.getTime());
  });

  it('keeps with each admission how many the room let be active then', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    await joinMany(concertId, 4);
    await queue.move(concertId);
    await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
      maxActive: 3,
    });
    await queue.move(concertId);
    await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
      maxActive: 2,
    });
    await queue.move(concertId);
    const [first] = await queue.tickets(concertId);
    await queue.age(first?.id ?? '', 600);
    await endOverdueAdmissions(queue.outbox);
    const tickets = await queue.tickets(concertId);
    expect(tickets.map(({ status, maxActive }) => [status, maxActive])).toEqual([
      ['EXPIRED', 1],
      ['ADMITTED', 3],
      ['ADMITTED', 3],
      ['WAITING', null],
    ]);
  });

  it('revokes nobody when maxActive is lowered, and lets nobody in until places are free', async () => {
    const concertId = await queue.openRoom({ maxActive: 3 });
    await joinMany(concertId, 5);
    await queue.move(concertId);
    await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
      maxActive: 1,
    });
    await queue.move(concertId);
    expect(await numbers(concertId, 'ADMITTED')).toEqual([1, 2, 3]);
  });

  it('sends a long line home in batches when the room is closed', async () => {
    const concertId = await queue.openRoom();
    await joinMany(concertId, 1_200);
    await configureRoom(queue.positions.lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concertId, {
      status: 'CLOSED',
    });
    expect(await queue.room(concertId)).toMatchObject({ waiting: 700 });
    expect(await moveLine(queue.positions.lineDeps, concertId, new Date(0))).toBe('more');
    expect(await moveLine(queue.positions.lineDeps, concertId, new Date(0))).toBe('done');
    expect(await queue.room(concertId)).toMatchObject({ waiting: 0 });
    expect(await numbers(concertId, 'EXPIRED')).toEqual(upTo(1_200));
    const ended = (await emittedOf(queue.outbox, ticketEnded)).filter((e) => e.concertId === concertId);
    expect(ended).toHaveLength(1_200);
  });
});
