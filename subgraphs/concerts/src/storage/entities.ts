import { EntitySchema } from 'typeorm';
import { count, id, instant, key, optional, text } from '@frontrow/kit/columns';
import type { Concert, Schedule, Section, Venue } from '../domain/concert.ts';

// The catalogue, which is seldom written and read by everybody. What fans compete for has no entities: seats, holds and counters
// are changed by single SQL statements only (seats.ts, holds.ts, …).

export const venues = new EntitySchema<Venue>({
  name: 'Venue',
  tableName: 'venues',
  columns: { id: key(id('id')), name: text('name'), address: text('address') },
});

export const concerts = new EntitySchema<Concert>({
  name: 'Concert',
  tableName: 'concerts',
  columns: {
    id: key(id('id')),
    venueId: id('venue_id'),
    title: text('title'),
    artist: text('artist'),
    description: text('description'),
    salesOpenAt: instant('sales_open_at'),
    maxSeatsPerFan: count('max_seats_per_fan'),
    highestSeatsPerFan: optional(count('highest_seats_per_fan')),
    publishAt: optional(instant('publish_at')),
    version: count('version'),
  },
});

export const schedules = new EntitySchema<Schedule>({
  name: 'Schedule',
  tableName: 'schedules',
  columns: {
    id: key(id('id')),
    concertId: id('concert_id'),
    startsAt: instant('starts_at'),
    hallId: optional(id('hall_id')),
    cancelledAt: optional(instant('cancelled_at')),
    movedFrom: optional(instant('moved_from')),
    refundUntil: optional(instant('refund_until')),
    moves: count('moves'),
  },
});

export const sections = new EntitySchema<Section>({
  name: 'Section',
  tableName: 'sections',
  columns: {
    id: key(id('id')),
    scheduleId: id('schedule_id'),
    name: text('name'),
    kind: text('kind'),
    price: count('price'),
    rows: count('row_count'),
    seatsPerRow: count('seats_per_row'),
    firstRow: count('first_row'),
    firstNumber: count('first_number'),
    firstRank: count('first_rank'),
  },
});

export const entities = [venues, concerts, schedules, sections];
