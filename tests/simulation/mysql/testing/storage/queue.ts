import { databaseNow } from '../../../../../subgraphs/queue/src/storage/clock.ts';
import { entities } from '../../../../../subgraphs/queue/src/storage/entities.ts';
import * as line from '../../../../../subgraphs/queue/src/storage/read-line.ts';
import { migrations } from '../../../../../subgraphs/queue/src/storage/migrations.ts';
import * as rooms from '../../../../../subgraphs/queue/src/storage/rooms.ts';
import * as tickets from '../../../../../subgraphs/queue/src/storage/tickets.ts';
import { issue } from '../../../../../subgraphs/queue/src/domain/ticket.ts';
import { newRoom } from '../../../../../subgraphs/queue/src/domain/room.ts';
import { at, errorOf, id } from './script.ts';
import type { StorageScript } from './script.ts';

const room = newRoom({ concertId: id(1), salesOpenAt: at(0) }, at(0));
const waiting = [1, 2, 3].map((number) =>
  issue({ id: id(10 + number), concertId: id(1), userId: id(20 + number), number }, at(number)),
);
const [first, second] = waiting as any[];
const admitted = {
  ...first,
  ...{ status: 'ADMITTED', admittedAt: at(50), expiresAt: at(60), maxActive: 2 },
};
const ended = { ...second, status: 'LEFT', endedAt: at(70), endedBecause: 'LEFT' };
const inOrder = (found: readonly { number: number }[]) => found.toSorted((a, b) => a.number - b.number);

export const queueScript: StorageScript = {
  entities,
  migrations,
  calls: [
    async (m) => (await databaseNow(m)) instanceof Date,
    (m) => rooms.insertRoom(m, room),
    (m) => rooms.insertRoom(m, { ...room, waiting: 7 }),
    (m) => rooms.findRooms(m, [id(1), id(2)]),
    (m) =>
      rooms.updateRoom(m, id(1), {
        waiting: 3,
        challenge: true,
        pacedUntilMs: 0.1,
        turnover: { since: 1, admitted: [] },
      }),
    (m) => rooms.lockRoom(m, id(1)),
    (m) => rooms.lockRoom(m, id(2)),
    (m) => tickets.insertTickets(m, waiting, 5),
    (m) => errorOf(tickets.insertTickets(m, [{ ...waiting[0]!, id: id(19) }], 5)),
    (m) => tickets.findTickets(m, [id(11), id(12)]),
    (m) => tickets.lockTicket(m, id(13)),
    (m) => tickets.lockTickets(m, [id(13), id(12), id(99)]),
    (m) => tickets.findLiveTickets(m, id(1), [id(21), id(22)]).then(inOrder),
    (m) => tickets.firstWaiting(m, id(1), 2),
    (m) => tickets.lockAway(m, id(1), at(2), 10).then(inOrder),
    (m) => rooms.roomsToMove(m, at(10), at(0)),
    (m) => rooms.roomsToMove(m, new Date(0), at(0)),
    (m) => rooms.lookAtLines(m).then(({ isAnybodyWaiting }) => isAnybodyWaiting),
    (m) => tickets.firstOverdue(m).then(({ expiresAt }) => expiresAt),
    (m) => tickets.updateTickets(m, [admitted, ended], 6),
    (m) => tickets.updateTickets(m, [{ ...(waiting[2] as any), lastSeenAt: at(99) }]),
    (m) => rooms.updateRoom(m, id(1), { maxActive: 1 }),
    (m) => rooms.roomsToMove(m, at(10), at(0)),
    (m) => rooms.roomsToMove(m, at(1_000), at(500)),
    (m) => tickets.countActive(m, [id(1)]),
    (m) => tickets.firstOverdue(m).then(({ now, expiresAt }) => [now instanceof Date, expiresAt]),
    (m) => tickets.lockOverdue(m, at(60), 10),
    (m) => tickets.lockOverdue(m, at(59), 10),
    (m) => tickets.findTicketsOfFans(m, [id(21), id(22)], 1),
    (m) => tickets.countTickets(m, id(1), [id(21), id(22), id(29)]),
    (m) => tickets.markSeen(m, [id(11), id(12)]),
    (m) => line.lineVersion(m, id(1)),
    (m) => line.lineVersion(m, id(2)),
    (m) => line.waitingNumbers(m, id(1), 0, 10),
    (m) => line.movedSince(m, id(1), 5).then(inOrder),
    (m) => line.roomsWithLines(m),
  ],
};
