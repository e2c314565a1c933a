import { concertChanged, concertCreated, scheduleCancelled } from '@frontrow/events/contracts/concerts';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { reservationConfirmed, reservationCreated } from '@frontrow/events/contracts/reservations';
import { userDeleted } from '@frontrow/events/contracts/users';
import type { EventEnvelope, NewEvent } from '@frontrow/events/contract';
import { deliver, emittedOf, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { Metrics } from '@frontrow/kit/metrics';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Ticket } from './domain/ticket.ts';
import { handlers } from './handlers.ts';
import { measureRooms } from './measure-rooms.ts';
import { endOverdueAdmissions } from './operations/end-overdue-admissions.ts';
import { queueUnderTest } from './testing.ts';
import type { QueueUnderTest } from './testing.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

const told = (event: NewEvent) => deliver(queue.outbox, handlers, published(event));
const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const endsOf = async (ticketId: string) =>
  (await emittedOf(queue.outbox, ticketEnded)).filter((event) => event.ticketId === ticketId);

async function anAdmittedTicket(): Promise<Ticket> {
  const concertId = await queue.openRoom();
  const { id } = await queue.join(concertId);
  await queue.move(concertId);
  return queue.ticket(id);
}

/** What reservations tells about one purchase with this ticket. */
function aReservation({ id: ticketId, userId, concertId }: Ticket) {
  const about = { reservationId: newId(), userId, ticketId, concertId, scheduleId: newId() };
  const { reservationId } = about;
  const confirmed = reservationConfirmed.about(reservationId, {
    ...about,
    paymentId: newId(),
    shown: {
      concertTitle: '봄의 소리',
      artist: 'Aria Kim',
      venueName: '올림픽홀',
      startsAt: minutes(9_000).toISOString(),
    },
    seats: [{ seatId: newId(), label: 'A-1-1', price: 99_000 }],
    total: 99_000,
    confirmedAt: new Date().toISOString(),
  });
  return { confirmed, isConfirmed: () => told(confirmed) };
}

describe('what the process tells Prometheus', () => {
  it('is who waits and who is admitted, of rooms where there is somebody', async () => {
    const metrics = new Metrics('queue', createLogger('test', 'silent'));
    measureRooms(queue.outbox.database.manager, metrics);
    const { concertId } = await anAdmittedTicket();
    await queue.join(concertId);
    const empty = await queue.openRoom();
    const text = await metrics.text();
    expect(text).toContain(`frontrow_room_waiting{concert="${concertId}",service="queue"} 1`);
    expect(text).toContain(`frontrow_room_admitted{concert="${concertId}",service="queue"} 1`);
    expect(text).not.toContain(empty);
  });
});

describe('a concert that was created', () => {
  it('has a waiting room, however often that is told', async () => {
    const concertId = newId();
    const salesOpenAt = minutes(60);
    const event = concertCreated.about(concertId, {
      concertId,
      title: 'Nightfall',
      salesOpenAt: salesOpenAt.toISOString(),
    });
    await told(event);
    await queue.join(concertId);
    await told(event);
    expect(await queue.room(concertId)).toMatchObject({
      status: 'OPEN',
      maxActive: 100,
      admitPerSecond: 50,
      admissionSeconds: 600,
      salesOpenAt,
      lastNumber: 1,
    });
  });
});

describe('concert.changed', () => {
  const changed = (concertId: string, version: number, salesOpenAt: Date, publishAt: Date | null = null) =>
    concertChanged.about(concertId, {
      ...{ concertId, version, title: 'Nightfall', salesOpenAt: salesOpenAt.toISOString() },
      publishAt: publishAt?.toISOString() ?? null,
    });

  it('moves the opening of the sale, whichever version is told first', async () => {
    const concertId = await queue.openRoom();
    const [second, third] = [minutes(20), minutes(30)];
    await told(changed(concertId, 3, third));
    await told(changed(concertId, 2, second));
    expect(await queue.room(concertId)).toMatchObject({ salesOpenAt: third, concertVersion: 3 });
    const { id } = await queue.join(concertId);
    await queue.move(concertId);
    expect(await queue.ticket(id)).toMatchObject({ status: 'WAITING' });
    await told(changed(concertId, 4, minutes(-1)));
    await queue.move(concertId);
    expect(await queue.ticket(id)).toMatchObject({ status: 'ADMITTED' });
  });

  it('is not undone by the concert itself, when that is told later', async () => {
    const concertId = newId();
    const salesOpenAt = minutes(30);
    await told(changed(concertId, 2, salesOpenAt));
    await queue.openRoom({}, concertId);
    expect(await queue.room(concertId)).toMatchObject({ salesOpenAt, concertVersion: 2, status: 'OPEN' });
  });

  it('publishes the room at its time: until then it is there for operators only', async () => {
    const concertId = newId();
    const salesOpenAt = minutes(-1).toISOString();
    const publishAt = minutes(5).toISOString();
    await told(concertCreated.about(concertId, { concertId, title: 'Secret', salesOpenAt, publishAt }));
    const seen = async (viewer: Viewer | null) => {
      const query = 'query ($id: ID!) { waitingRoom(concertId: $id) { status } }';
      const { data } = await queue.graph.execute(viewer, query, { id: concertId });
      const entity = await queue.graph.entities(
        viewer,
        'Concert',
        [{ id: concertId }],
        'waitingRoom { status }',
      );
      const follow = 'subscription ($id: ID!) { waitingRoomChanged(concertId: $id) { status } }';
      const followed = await queue.graph.subscribe(viewer, follow, { id: concertId });
      const { value } = await followed.next();
      await followed.return();
      return [data.waitingRoom !== null, entity.data[0].waitingRoom !== null, value?.errors === undefined];
    };
    expect(await seen(aFan())).toEqual([false, false, false]);
    expect(await seen(null)).toEqual([false, false, false]);
    expect(await seen(anOperator())).toEqual([true, true, true]);
    expect((await queue.join(concertId)).id).toBeUndefined();
    await told(changed(concertId, 2, minutes(-1), minutes(-1)));
    expect(await seen(aFan())).toEqual([true, true, true]);
    expect((await queue.join(concertId)).number).toBe(1);
  });
});

describe('an admission', () => {
  it('ends with its own time, whatever the fan holds, and the next fan is let in', async () => {
    const concertId = await queue.openRoom({ maxActive: 1, admissionSeconds: 30 });
    const [first, second] = [await queue.join(concertId), await queue.join(concertId)];
    await queue.move(concertId);
    const { admittedAt, expiresAt } = await queue.ticket(first.id);
    expect(expiresAt?.getTime()).toBe((admittedAt?.getTime() ?? 0) + 30_000);
    const types = handlers.map(({ contract }) => contract.type);
    // What is not listened to cannot make it last longer.
    expect(types).not.toContain(reservationCreated.type);
    await queue.age(first.id, 30);
    await endOverdueAdmissions(queue.outbox);
    await queue.move(concertId);
    expect(await queue.ticket(first.id)).toMatchObject({ status: 'EXPIRED' });
    expect(await endsOf(first.id)).toMatchObject([{ reason: 'EXPIRED' }]);
    expect(await queue.ticket(second.id)).toMatchObject({ status: 'ADMITTED' });
  });
});

describe('a purchase that was confirmed', () => {
  it('completes its ticket in a batch with others, whatever those find', async () => {
    const [first, second, third] = (await Promise.all([1, 2, 3].map(() => anAdmittedTicket()))) as [
      Ticket,
      Ticket,
      Ticket,
    ];
    await queue.age(third.id, 3_600);
    await endOverdueAdmissions(queue.outbox);
    const unknown = { ...first, id: newId() };
    const batch = () =>
      [first, unknown, second, first, third].map((ticket) => published(aReservation(ticket).confirmed));
    const [one, ...others] = batch() as [EventEnvelope, ...EventEnvelope[]];
    await deliver(queue.outbox, handlers, one, ...others);
    expect(await queue.ticket(first.id)).toMatchObject({ status: 'COMPLETED', live: null });
    expect(await queue.ticket(second.id)).toMatchObject({ status: 'COMPLETED', live: null });
    expect(await queue.ticket(third.id)).toMatchObject({ status: 'EXPIRED' });
    for (const { id } of [first, second]) expect(await endsOf(id)).toMatchObject([{ reason: 'COMPLETED' }]);
    expect(await endsOf(unknown.id)).toEqual([]);
    expect(await endsOf(third.id)).toMatchObject([{ reason: 'EXPIRED' }]);
  });

  it('completes the ticket once, and makes room for the next fan', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    const [first, second] = [await queue.join(concertId), await queue.join(concertId)];
    await queue.move(concertId);
    const reservation = aReservation(await queue.ticket(first.id));
    await reservation.isConfirmed();
    await reservation.isConfirmed();
    expect(await queue.ticket(first.id)).toMatchObject({ status: 'COMPLETED', live: null });
    expect(await endsOf(first.id)).toMatchObject([{ reason: 'COMPLETED' }]);
    await queue.move(concertId);
    expect(await queue.ticket(second.id)).toMatchObject({ status: 'ADMITTED' });
  });

  it('changes nothing about a ticket that expired before', async () => {
    const ticket = await anAdmittedTicket();
    await queue.age(ticket.id, 601);
    await endOverdueAdmissions(queue.outbox);
    await aReservation(ticket).isConfirmed();
    expect(await queue.ticket(ticket.id)).toMatchObject({ status: 'EXPIRED' });
    expect(await endsOf(ticket.id)).toHaveLength(1);
  });
});

describe('events about a ticket that nobody knows', () => {
  it('change nothing', async () => {
    const ticket = { ...(await anAdmittedTicket()), id: newId() };
    const reservation = aReservation(ticket);
    await reservation.isConfirmed();
    expect(await endsOf(ticket.id)).toEqual([]);
  });
});

describe('user.deleted', () => {
  it('gives up every place of the fan, in the line and in the shop, and no one else’s', async () => {
    const [shop, line] = [await queue.openRoom(), await queue.openRoom()];
    const fan = aFan();
    const admitted = await queue.join(shop, fan);
    const [waiting, neighbour] = [await queue.join(line, fan), await queue.join(line)].map(({ id }) => id);
    await queue.move(shop);
    const event = userDeleted.about(fan.id, { userId: fan.id, deletedAt: new Date().toISOString() });
    await told(event);
    await told(event);
    for (const id of [admitted.id, waiting as string]) {
      expect(await queue.ticket(id)).toMatchObject({ status: 'LEFT' });
      expect(await endsOf(id)).toMatchObject([{ reason: 'LEFT' }]);
    }
    expect(await queue.ticket(neighbour as string)).toMatchObject({ status: 'WAITING' });
    expect((await queue.room(line)).waiting).toBe(1);
  });
});

describe('schedule.cancelled', () => {
  const cancelled = (concertId: string, isLastDate: boolean) => {
    const [scheduleId, now] = [newId(), new Date().toISOString()];
    const data = { scheduleId, concertId, isLastDate, salesOpenAt: now, cancelledAt: now };
    return scheduleCancelled.about(scheduleId, data);
  };

  it('closes the room when no date is left, and the line goes home', async () => {
    const concertId = await queue.openRoom({ maxActive: 1 });
    const [admitted, waiting] = [await queue.join(concertId), await queue.join(concertId)];
    await queue.move(concertId);
    await told(cancelled(concertId, false));
    expect(await queue.room(concertId)).toMatchObject({ status: 'OPEN', waiting: 1 });
    await told(cancelled(concertId, true));
    await queue.move(concertId);
    expect(await queue.room(concertId)).toMatchObject({ status: 'CLOSED', waiting: 0 });
    expect(await queue.ticket(waiting.id)).toMatchObject({ status: 'EXPIRED' });
    expect(await queue.ticket(admitted.id)).toMatchObject({ status: 'ADMITTED' });
  });

  it('leaves a closed room behind when it comes before the concert does', async () => {
    const concertId = newId();
    await told(cancelled(concertId, true));
    await queue.openRoom({}, concertId);
    expect(await queue.room(concertId)).toMatchObject({ status: 'CLOSED' });
  });
});
