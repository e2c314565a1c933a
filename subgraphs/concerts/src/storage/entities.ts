import { EntitySchema } from 'typeorm';
import type { Concert, Schedule, Section, Venue } from '../domain/concert.ts';

// The catalogue, which is written once and read by everybody. What fans contend for has no entities: seats, holds and
// counters change by single statements only (seats.ts, holds.ts, …).

const id = { type: 'char', length: 36 } as const;
const text = { type: 'varchar', length: 200 } as const;
const instant = { type: 'datetime', precision: 3 } as const;

export const venues = new EntitySchema<Venue>({
  name: 'Venue',
  tableName: 'venues',
  columns: { id: { ...id, primary: true }, name: text, address: text },
});

export const concerts = new EntitySchema<Concert>({
  name: 'Concert',
  tableName: 'concerts',
  columns: {
    id: { ...id, primary: true },
    venueId: { name: 'venue_id', ...id },
    title: text,
    artist: text,
    description: { type: 'varchar', length: 2_000 },
    salesOpenAt: { name: 'sales_open_at', ...instant },
    maxSeatsPerFan: { name: 'max_seats_per_fan', type: 'tinyint', unsigned: true },
  },
});

export const schedules = new EntitySchema<Schedule>({
  name: 'Schedule',
  tableName: 'schedules',
  columns: {
    id: { ...id, primary: true },
    concertId: { name: 'concert_id', ...id },
    startsAt: { name: 'starts_at', ...instant },
  },
});

export const sections = new EntitySchema<Section>({
  name: 'Section',
  tableName: 'sections',
  columns: {
    id: { ...id, primary: true },
    scheduleId: { name: 'schedule_id', ...id },
    name: text,
    price: { type: 'int', unsigned: true },
    rows: { name: 'row_count', type: 'smallint', unsigned: true },
    seatsPerRow: { name: 'seats_per_row', type: 'smallint', unsigned: true },
    firstRank: { name: 'first_rank', type: 'int', unsigned: true },
  },
});

export const entities = [venues, concerts, schedules, sections];
