import * as concerts from '../../../../../subgraphs/concerts/src/storage/concerts.ts';
import { hasEnded, insertEndedTicket } from '../../../../../subgraphs/concerts/src/storage/ended-tickets.ts';
import { entities } from '../../../../../subgraphs/concerts/src/storage/entities.ts';
import {
  addFanSeats,
  countUnpaidHold,
  giveBackFanSeats,
} from '../../../../../subgraphs/concerts/src/storage/fan-seats.ts';
import * as holds from '../../../../../subgraphs/concerts/src/storage/holds.ts';
import { migrations } from '../../../../../subgraphs/concerts/src/storage/migrations.ts';
import * as schedules from '../../../../../subgraphs/concerts/src/storage/schedules.ts';
import * as seats from '../../../../../subgraphs/concerts/src/storage/seats.ts';
import * as counts from '../../../../../subgraphs/concerts/src/storage/section-counts.ts';
import { at, errorOf, id } from './script.ts';
import type { StorageScript } from './script.ts';

const concert = (number: number, title: string) => ({
  ...{ id: id(number), venueId: id(1), title, artist: 'The Ünits', description: '', maxSeatsPerFan: 4 },
  salesOpenAt: at(number),
});
const schedule = { id: id(20), concertId: id(10), startsAt: at(5_000) };
const section = (number: number, name: string, firstRank: number) => ({
  ...{ id: id(number), scheduleId: id(20), name, price: 100 * number, rows: 1, seatsPerRow: 3, firstRank },
});
const sections = [section(30, 'A', 0), section(31, 'B', 3)];
const newSeats = [40, 41, 42, 43, 44].map((number, rank) => ({
  ...{ id: id(number), sectionId: id(rank < 3 ? 30 : 31), row: 1, number: (rank % 3) + 1, rank },
}));
const hold = {
  ...{ reservationId: id(50), userId: id(60), ticketId: id(61), concertId: id(10), scheduleId: id(20) },
  ...{ seats: newSeats.slice(0, 2) as any[], total: 200, heldAt: at(1), expiresAt: at(300_000) },
};
const from = { scheduleId: id(20), sections, rank: 1 };
const search = { text: undefined, after: undefined, limit: 10 };
const everySeat = { section: undefined, status: undefined };

export const concertsScript: StorageScript = {
  entities,
  migrations,
  calls: [
    (m) => concerts.findOrInsertVenue(m, { id: id(1), name: 'Hall', address: '1 Street' }),
    (m) => concerts.findOrInsertVenue(m, { id: id(2), name: 'hall', address: '1 STREET' }),
    (m) => concerts.findVenues(m, [id(1), id(2)]),
    (m) => concerts.insertConcert(m, concert(10, 'Winter 100%')),
    (m) => concerts.insertConcert(m, concert(11, 'Sommer')),
    (m) => concerts.findConcerts(m, [id(11), id(10)]),
    (m) => concerts.searchConcerts(m, { ...search, text: 'units', limit: 1 }),
    (m) => concerts.searchConcerts(m, { ...search, text: '100%' }),
    (m) => concerts.searchConcerts(m, { ...search, after: id(11) }),
    (m) => schedules.insertSchedule(m, schedule, sections),
    (m) => Promise.all([concerts.lockConcert(m, id(10)), concerts.lockConcert(m, id(19))]),
    (m) => schedules.findSchedulesAt(m, schedule),
    (m) => schedules.findSchedulesAt(m, { ...schedule, startsAt: at(5_001) }),
    (m) => schedules.findSchedules(m, [id(20)]),
    (m) => schedules.findSchedulesOf(m, [id(10), id(11)]),
    (m) => schedules.findSectionsOf(m, [id(20)]),
    (m) => schedules.findSale(m, id(20)),
    (m) => schedules.findSale(m, id(21)),
    (m) => seats.insertSeats(m, id(20), newSeats),
    (m) => counts.insertCounts(m, sections),
    (m) => seats.findSeatsOf(m, [id(20)], everySeat),
    (m) => seats.findSeatsOf(m, [id(20), id(21)], { section: 'B', status: 'AVAILABLE' }),
    (m) => seats.findAvailable(m, from, 2),
    (m) => seats.lookAtSeats(m, id(20), [id(40)]),
    (m) => seats.lockIfAvailable(m, [id(41), id(40)]),
    (m) => seats.holdAvailable(m, id(20), [id(41), id(40)], id(50)),
    (m) => seats.lockIfAvailable(m, [id(41), id(42)]),
    (m) => seats.holdAvailable(m, id(20), [id(41), id(42)], id(51)),
    (m) => seats.findSeats(m, [id(42), id(41), id(40)]),
    (m) => seats.findTakenSeats(m, id(20)).then((taken) => taken.toSorted((a, b) => (a.id < b.id ? -1 : 1))),
    (m) => addFanSeats(m, id(10), id(60), 2),
    (m) => addFanSeats(m, id(10), id(60), 3),
    (m) => giveBackFanSeats(m, id(10), id(60), 4),
    (m) => countUnpaidHold(m, id(10), id(60), at(7)),
    (m) => addFanSeats(m, id(10), id(60), 0),
    (m) => errorOf(giveBackFanSeats(m, id(10), id(60), 4)),
    (m) => holds.insertHold(m, { ...hold, status: 'HELD' }),
    (m) => holds.findHold(m, id(50)),
    (m) => counts.countSeats(m, 'fans', id(20), hold.seats, { held: 1, sold: 0 }),
    (m) => counts.countSeats(m, 'events', id(20), hold.seats, { held: -1, sold: 1 }),
    (m) => counts.findCountsOf(m, [id(20), id(21)]),
    (m) => seats.moveSeats(m, { ...hold, status: 'SOLD' }),
    (m) => holds.storeStatus(m, { ...hold, status: 'RELEASED', releasedBecause: 'CANCELLED_BY_FAN' }),
    (m) => holds.lockHold(m, id(50)),
    (m) => seats.moveSeats(m, { ...hold, status: 'RELEASED', releasedBecause: 'CANCELLED_BY_FAN' }),
    (m) => seats.findSeatsOf(m, [id(20)], everySeat),
    (m) => insertEndedTicket(m, id(61)),
    (m) => insertEndedTicket(m, id(61)),
    (m) => Promise.all([hasEnded(m, id(61)), hasEnded(m, id(62))]),
  ],
};
