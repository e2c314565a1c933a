import { newId } from '@frontrow/kit/ids';
import { jest } from '@jest/globals';
import type { Ticket } from '../domain/ticket.ts';
import { leaveForGood } from '../operations/leave-queue.ts';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest } from '../testing.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

/** Stands for concerts, which takes in the end of a ticket some time after it was committed. */
const concertsCloses = (ticketId: string) => {
  queue.broker.connection.publish('concerts.pass-closed', ticketId);
};

async function anAdmittedTicket() {
  const concertId = await queue.openRoom();
  const joined = await queue.join(concertId);
  await queue.move(concertId);
  return joined;
}

/** Leaves, and notes when that is answered. */
async function leaving(
  { fan, id }: Awaited<ReturnType<typeof anAdmittedTicket>>,
  passes = queue.positions.closedPasses,
) {
  const { closing } = passes;
  let begun = (): void => undefined;
  const isWaitedFor = new Promise<void>((resolve) => (begun = resolve));
  const watched = {
    ...passes,
    closing: (ticketId: string) => {
      const closed = closing(ticketId);
      begun();
      return closed;
    },
  };
  const startedAt = performance.now();
  const answered = leaveForGood(queue.positions.lineDeps, watched, fan.id, id).then((ticket) => ({
    ticket: ticket as Ticket,
    afterMs: performance.now() - startedAt,
  }));
  await isWaitedFor;
  return answered;
}

describe('a fan who leaves the shop', () => {
  it('is answered when the pass is closed, not before', async () => {
    const joined = await anAdmittedTicket();
    const left = leaving(joined);
    const early = await Promise.race([left, ended(joined.id).then(() => 'waits')]);
    expect(early).toBe('waits');
    concertsCloses(newId());
    concertsCloses(joined.id);
    const { ticket, afterMs } = await left;
    expect(ticket.status).toBe('LEFT');
    expect(afterMs).toBeLessThan(1_900);
  });

  it('is answered together with a call that was repeated', async () => {
    const joined = await anAdmittedTicket();
    const answers = Promise.all([leaving(joined), leaving(joined)]);
    await ended(joined.id);
    concertsCloses(joined.id);
    for (const { ticket, afterMs } of await answers) {
      expect(ticket.status).toBe('LEFT');
      expect(afterMs).toBeLessThan(1_900);
    }
  });

  it('is answered after two seconds while concerts is down', async () => {
    const { ticket, afterMs } = await leaving(await anAdmittedTicket());
    expect(ticket.status).toBe('LEFT');
    expect(afterMs).toBeGreaterThan(1_900);
    expect(afterMs).toBeLessThan(10_000);
  });

  it('waits for that also where the clock is ahead of the database’s', async () => {
    const joined = await anAdmittedTicket();
    const { now } = Date;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 5_000);
    const { afterMs } = await leaving(joined).finally(() => {
      clock.mockRestore();
    });
    expect(afterMs).toBeGreaterThan(1_900);
  });

  it('does not wait when it was only the line, or is long over', async () => {
    const concertId = await queue.openRoom({ status: 'PAUSED' });
    await queue.database.query("UPDATE rooms SET status = 'OPEN' WHERE concert_id = ?", [concertId]);
    const waiting = await queue.join(concertId);
    expect((await leaving(waiting)).afterMs).toBeLessThan(1_900);
    const joined = await anAdmittedTicket();
    const left = leaving(joined);
    await ended(joined.id);
    concertsCloses(joined.id);
    await left;
    await queue.database.query('UPDATE tickets SET ended_at = ended_at - INTERVAL 1 MINUTE WHERE id = ?', [
      joined.id,
    ]);
    expect((await leaving(joined)).afterMs).toBeLessThan(1_900);
  });
});

/** Until the end of the ticket is committed. */
async function ended(id: string): Promise<void> {
  while ((await queue.ticket(id)).status !== 'LEFT') await new Promise(setImmediate);
}
