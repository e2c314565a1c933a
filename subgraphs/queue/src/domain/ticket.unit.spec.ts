import type { NewEvent } from '@frontrow/events/contract';
import { ticketAdmitted, ticketEnded } from '@frontrow/events/contracts/queue';
import type { TicketEnd } from '@frontrow/events/contracts/queue';
import type { Decision } from '@frontrow/events/decision';
import { admit, complete, end, expire, isSeenAnew, issue, leave } from './ticket.ts';
import type { Admitted, Ended, Ticket, Waiting } from './ticket.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const ids = { id: 'ticket', concertId: 'concert', userId: 'fan' };
const about = { ticketId: 'ticket', concertId: 'concert', userId: 'fan' };

const waiting: Waiting = issue({ ...ids, number: 7 }, minutes(-5));
const admission = {
  admittedAt: minutes(-1),
  expiresAt: minutes(9),
  maxActive: 100,
};
const admitted: Admitted = { ...waiting, ...admission, status: 'ADMITTED' };
const ended = (found: Waiting | Admitted, status: Ended['status'], endedBecause: TicketEnd): Ended => ({
  ...found,
  status,
  endedAt: now,
  endedBecause,
});
const gone = ended(admitted, 'EXPIRED', 'EXPIRED');
const told = (reason: TicketEnd) => ticketEnded.about('ticket', { ...about, reason });

const given = (found: Ticket) => ({
  when: (decide: (found: Ticket) => Decision<Ticket>) => ({
    then: (next: Ticket, events: NewEvent[]) => {
      expect(decide(found)).toEqual({ next, events });
    },
    thenNothing: () => {
      const { next, events } = decide(found);
      expect(next).toBe(found);
      expect(events).toEqual([]);
    },
  }),
});

describe('a fan whose turn has come', () => {
  it('is admitted, and that is told', () => {
    given(waiting)
      .when(() => admit(waiting, admission))
      .then(admitted, [ticketAdmitted.about('ticket', { ...about, expiresAt: minutes(9).toISOString() })]);
  });
});

describe('a fan who leaves', () => {
  const leaving = (found: Ticket) => leave(found, now);
  it('gives up the place in the line', () => {
    given(waiting)
      .when(leaving)
      .then(ended(waiting, 'LEFT', 'LEFT'), [told('LEFT')]);
  });
  it('gives up the place in the shop', () => {
    given(admitted)
      .when(leaving)
      .then(ended(admitted, 'LEFT', 'LEFT'), [told('LEFT')]);
  });
  it('changes nothing about a ticket that ended', () => {
    given(gone).when(leaving).thenNothing();
  });
});

describe('a fan who is away', () => {
  it('has left, for a reason of its own', () => {
    given(waiting)
      .when(() => end(waiting, 'ABANDONED', now))
      .then(ended(waiting, 'LEFT', 'ABANDONED'), [told('ABANDONED')]);
  });
});

describe('a purchase that is confirmed', () => {
  const confirmed = (found: Ticket) => complete(found, now);
  it('completes the ticket', () => {
    given(admitted)
      .when(confirmed)
      .then(ended(admitted, 'COMPLETED', 'COMPLETED'), [told('COMPLETED')]);
  });
  it('changes nothing about a ticket that ended before: its place is another fan’s', () => {
    given(gone).when(confirmed).thenNothing();
  });
  it('lets nobody skip the line', () => {
    given(waiting).when(confirmed).thenNothing();
  });
});

describe('an admission', () => {
  it('ends when its time has come', () => {
    given(admitted)
      .when((found) => expire(found, minutes(9)))
      .then({ ...ended(admitted, 'EXPIRED', 'EXPIRED'), endedAt: minutes(9) }, [told('EXPIRED')]);
  });
  it('does not end before', () => {
    given(admitted)
      .when((found) => expire(found, new Date(minutes(9).getTime() - 1)))
      .thenNothing();
  });
  it('ends once, whatever comes later', () => {
    given(gone)
      .when((found) => expire(found, minutes(13)))
      .thenNothing();
  });
});

describe('a look at a ticket', () => {
  const seen = { ...waiting, lastSeenAt: now };
  it('is noted every ten seconds', () => {
    expect(isSeenAnew(seen, new Date(now.getTime() + 9_999))).toBe(false);
    expect(isSeenAnew(seen, new Date(now.getTime() + 10_000))).toBe(true);
  });
  it('is not noted once the fan waits no more', () => {
    expect(isSeenAnew({ ...admitted, lastSeenAt: minutes(-5) }, now)).toBe(false);
  });
});
