import { asPlanned, seated } from '../../../../../subgraphs/concerts/src/domain/concert.ts';
import { countsOf } from '../../../../../subgraphs/concerts/src/domain/hold.ts';
import type { Hold } from '../../../../../subgraphs/concerts/src/domain/hold.ts';
import * as concerts from '../../../../../subgraphs/concerts/src/storage/concerts.ts';
import {
  findEndedTickets,
  insertEndedTickets,
} from '../../../../../subgraphs/concerts/src/storage/ended-tickets.ts';
import { entities } from '../../../../../subgraphs/concerts/src/storage/entities.ts';
import {
  giveBackFanSeats,
  lockFans,
  storeFanSeats,
} from '../../../../../subgraphs/concerts/src/storage/fan-seats.ts';
import * as holds from '../../../../../subgraphs/concerts/src/storage/holds.ts';
import { migrations } from '../../../../../subgraphs/concerts/src/storage/migrations.ts';
import * as moves from '../../../../../subgraphs/concerts/src/storage/move-schedules.ts';
import * as schedules from '../../../../../subgraphs/concerts/src/storage/schedules.ts';
import * as seats from '../../../../../subgraphs/concerts/src/storage/seats.ts';
import * as counts from '../../../../../subgraphs/concerts/src/storage/section-counts.ts';
import { at, errorOf, id } from './script.ts';
import type { StorageScript } from './script.ts';

const concert = (number: number, title: string) => ({
  ...{ id: id(number), venueId: id(1), title, artist: 'The Ünits', description: '', maxSeatsPerFan: 4 },
  ...{ salesOpenAt: at(number), publishAt: null, highestSeatsPerFan: null, version: 1 },
});
const schedule = { id: id(20), concertId: id(10), startsAt: at(5_000), hallId: null, ...asPlanned };
const sale = { scheduleId: id(20), startsAt: at(5_000), concertVersion: 1 };
const section = (number: number, name: string, firstRank: number) => ({
  ...{ id: id(number), scheduleId: id(20), name, price: 100 * number, rows: 1, seatsPerRow: 3, firstRank },
  ...seated,
});
const sections = [section(30, 'A', 0), section(31, 'B', 3)];
const newSeats = [40, 41, 42, 43, 44].map((number, rank) => ({
  ...{ id: id(number), sectionId: id(rank < 3 ? 30 : 31), row: 1, number: (rank % 3) + 1, rank },
  companionId: null,
}));
/** A wheelchair place and its companion's seat, at the end of the second section. */
const pair = [46, 47].map((number, place) => ({
  ...{ id: id(number), sectionId: id(31), row: 1, number: 4 + place, rank: 5 + place },
  companionId: id(place === 0 ? 47 : 46),
}));
const hold = (number: number, ...seatNumbers: number[]): Hold => ({
  ...{ reservationId: id(number), userId: id(60), ticketId: id(61), concertId: id(10), scheduleId: id(20) },
  ...{ seats: newSeats.filter((seat) => seatNumbers.some((one) => id(one) === seat.id)) as any[] },
  ...{ total: 200, heldAt: at(1), expiresAt: at(300_000), status: 'HELD' },
});
const sold = (...seatsOf: [number, ...number[]]): Hold => ({ ...hold(...seatsOf), status: 'SOLD' });
const released = (...seatsOf: [number, ...number[]]): Hold => ({
  ...hold(...seatsOf),
  ...{ status: 'RELEASED', releasedBecause: 'CANCELLED_BY_FAN' },
});
const fanCount = (fan: number, count: number) => ({ userId: id(fan), seats: count, isNew: true });
const givenBack = (fan: number, count: number, unpaidAt: Date | null) => ({
  ...{ concertId: id(10), userId: id(fan), seats: count, unpaidAt },
});
const from = { scheduleId: id(20), sections, rank: 1 };
const search = { sight: 'published', text: undefined, after: undefined, limit: 10 } as const;
const keptOne = { scheduleId: id(20), sectionId: id(31), held: 0, sold: 0, kept: -1 };
const inOrder = <Row extends { id: string }>(rows: Row[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
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
    (m) => concerts.insertConcert(m, { ...concert(12, 'Herbst'), publishAt: new Date('2999-01-01') }),
    (m) => concerts.findConcerts(m, [id(12), id(10)], 'published'),
    (m) => concerts.updateConcert(m, { ...concert(12, 'Herbst'), publishAt: at(0), version: 2 }),
    (m) => concerts.updateConcert(m, { ...concert(12, 'Frost'), version: 2 }),
    (m) => concerts.findConcerts(m, [id(12), id(10)], 'published'),
    (m) => concerts.searchConcerts(m, { ...search, text: 'units', limit: 1 }),
    (m) => concerts.searchConcerts(m, { ...search, text: '100%' }),
    (m) => concerts.searchConcerts(m, { ...search, after: id(11) }),
    (m) => schedules.insertSchedule(m, schedule, sections),
    (m) => Promise.all([concerts.lockConcert(m, id(10)), concerts.lockConcert(m, id(19))]),
    (m) => schedules.findSchedulesAt(m, schedule),
    (m) => schedules.findSchedulesAt(m, { ...schedule, startsAt: at(5_001) }),
    (m) => schedules.findSchedules(m, [id(20)]),
    (m) => schedules.findSchedules(m, [id(20)], 'published'),
    (m) => schedules.findSchedulesOf(m, [id(10), id(11)]),
    (m) => schedules.findSectionsOf(m, [id(20)]),
    (m) => schedules.findSale(m, id(20)),
    (m) => schedules.findSale(m, id(21)),
    (m) => schedules.lookAgain(m, sale),
    (m) => schedules.lookAgain(m, { ...sale, concertVersion: 2 }),
    (m) => seats.insertSeats(m, id(20), newSeats),
    (m) => counts.insertCounts(m, sections),
    (m) => seats.findSeatsOf(m, [id(20)], everySeat),
    (m) => seats.findSeatsOf(m, [id(20), id(21)], { section: 'B', status: 'AVAILABLE' }),
    (m) => seats.findAvailable(m, from, 2),
    (m) => seats.lookAtSeats(m, id(20), [id(40)]),
    (m) => seats.lockAvailable(m, id(20), [id(41), id(40)], 'give-up'),
    (m) => seats.holdSeats(m, [hold(50, 40, 41), hold(51, 43)]),
    (m) => seats.lockAvailable(m, id(20), [id(41), id(42)], 'wait'),
    (m) => errorOf(seats.holdSeats(m, [hold(52, 42, 43)])),
    (m) => seats.findSeatStates(m, id(20), [id(42), id(41), id(40)]).then(inOrder),
    (m) => seats.findTouchedSeats(m, id(20), 0, 99).then(inOrder),
    (m) => counts.findChanges(m, id(20)),
    (m) => lockFans(m, id(10), [id(60), id(61)], 'give-up'),
    (m) => storeFanSeats(m, id(10), [fanCount(60, 2), fanCount(61, 3)]),
    (m) => errorOf(storeFanSeats(m, id(10), [fanCount(61, 2)])),
    (m) => storeFanSeats(m, id(10), [{ ...fanCount(60, 5), isNew: false }, fanCount(62, 1)]),
    (m) => giveBackFanSeats(m, [givenBack(60, 4, at(7)), givenBack(61, 1, null), givenBack(60, 1, null)]),
    (m) => giveBackFanSeats(m, []),
    (m) => lockFans(m, id(10), [id(60), id(61), id(63)], 'wait'),
    (m) => errorOf(giveBackFanSeats(m, [givenBack(60, 4, null)])),
    (m) => holds.insertHolds(m, [hold(50, 40, 41), hold(51, 43)]),
    (m) => holds.findHolds(m, [id(50), id(59)]),
    (m) => holds.findHoldsOf(m, id(60), [id(50), id(51)]),
    (m) => counts.countSeats(m, 'fans', countsOf({ found: null, next: hold(50, 40, 41, 43) })),
    (m) => counts.countSeats(m, 'events', countsOf({ found: hold(50, 40, 43), next: sold(50, 40, 43) })),
    (m) => counts.findCountsOf(m, [id(20), id(21)]),
    (m) => seats.moveSeats(m, [sold(50, 40, 41), sold(51, 43)]),
    (m) => errorOf(seats.moveSeats(m, [sold(50, 42)])),
    (m) => holds.storeStatuses(m, [sold(51, 43), released(50, 40, 41)]),
    (m) => holds.lockHolds(m, [id(51), id(50), id(59)]),
    (m) => seats.moveSeats(m, [released(50, 40, 41)]),
    (m) => seats.findSeatsOf(m, [id(20)], everySeat),
    (m) => seats.insertSeats(m, id(20), pair),
    (m) => seats.findAvailable(m, { ...from, sections: [{ ...section(31, 'B', 3), seatsPerRow: 4 }] }, 9),
    (m) => seats.lockSeats(m, id(20), [id(46), id(40)]).then(inOrder),
    (m) => seats.offerSeats(m, [id(46), id(47)], 'AVAILABLE', 'KEPT_BACK'),
    (m) => errorOf(seats.offerSeats(m, [id(46), id(43)], 'KEPT_BACK', 'AVAILABLE')),
    (m) => seats.findPlaces(m, section(31, 'B', 3), 'AVAILABLE', 2),
    (m) => counts.countSeats(m, 'fans', [{ ...keptOne, kept: 2 }, keptOne]),
    (m) => counts.findCountsOf(m, [id(20)]),
    (m) => moves.storeMove(m, { ...schedule, startsAt: at(6_000), refundUntil: at(5_500), moves: 1 }),
    (m) => schedules.findSchedules(m, [id(20)]),
    (m) => schedules.markCancelled(m, id(20), at(600)),
    (m) => schedules.lookAgain(m, sale),
    (m) => schedules.findSchedulesAt(m, schedule),
    (m) => insertEndedTickets(m, [id(61)]),
    (m) => insertEndedTickets(m, [id(63), id(61)]),
    (m) => findEndedTickets(m, [id(61), id(62), id(63)]),
  ],
};
