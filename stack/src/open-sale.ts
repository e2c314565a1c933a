import { randomUUID } from 'node:crypto';
import type { Fan } from './fan.ts';

interface Texts {
  readonly title: string;
  readonly artist: string;
  readonly description: string;
  /** Of each place, in points. */
  readonly price: number;
}

export interface SaleOptions extends Texts {
  readonly rows: number;
  readonly seatsPerRow: number;
}

/** A hall as an operator draws it: see `SaveHallInput`. */
export interface Drawing {
  readonly name: string;
  readonly stage: object;
  readonly sections: readonly { readonly name: string; readonly [length: string]: unknown }[];
}

export interface OpenSale {
  readonly concertId: string;
  readonly scheduleId: string;
}

/** The most rows of a section. */
const mostRows = 200;

/**
 * Puts a concert on sale, with one evening and one section, or more if it has too many rows. Waits until its waiting room is
 * open.
 */
export async function openSale(operator: Fan, options: SaleOptions): Promise<OpenSale> {
  const { rows, price, seatsPerRow } = options;
  const concertId = await makeConcert(operator, options);
  const sections = sectionNames(rows).map((section) => ({ ...section, price, seatsPerRow }));
  const { schedule } = await operator.ask<{ schedule: { id: string } }>(
    'mutation ($input: AddScheduleInput!) { schedule: addSchedule(input: $input) { ... on Schedule { id } } }',
    { input: { concertId, startsAt: inAMonth(), sections } },
  );
  await untilRoomIsOpen(operator, concertId);
  return { concertId, scheduleId: schedule.id };
}

/** Draws a hall and puts a concert on sale in it, with one evening. Waits until its waiting room is open. */
export async function openSaleInHall(operator: Fan, texts: Texts, hall: Drawing): Promise<OpenSale> {
  const concertId = await makeConcert(operator, texts);
  const { saved } = await operator.ask<{ saved: { id: string } }>(
    'mutation ($input: SaveHallInput!) { saved: saveHall(input: $input) { ... on Hall { id } } }',
    { input: { id: randomUUID(), version: 0, ...hall } },
  );
  const prices = hall.sections.map(({ name: section }) => ({ section, price: texts.price }));
  const { schedule } = await operator.ask<{ schedule: { id: string } }>(
    'mutation ($input: AddScheduleInHallInput!) { schedule: addScheduleInHall(input: $input) { ... on Schedule { id } } }',
    { input: { concertId, startsAt: inAMonth(), hallId: saved.id, prices } },
  );
  await untilRoomIsOpen(operator, concertId);
  return { concertId, scheduleId: schedule.id };
}

async function makeConcert(operator: Fan, { title, artist, description }: Texts): Promise<string> {
  const venue = { venueName: 'Demo Hall', venueAddress: '1 Loopback Road, Seoul' };
  const { concert } = await operator.ask<{ concert: { id: string } }>(
    'mutation ($input: CreateConcertInput!) { concert: createConcert(input: $input) { ... on Concert { id } } }',
    { input: { title, artist, description, ...venue, salesOpenAt: new Date().toISOString() } },
  );
  return concert.id;
}

const inAMonth = () => new Date(Date.now() + 30 * 24 * 60 * 60 * 1_000).toISOString();

/** The waiting room opens as soon as queue has heard of the concert. */
const untilRoomIsOpen = (operator: Fan, concertId: string) =>
  operator.until<{ waitingRoom: object | null }>(
    'query ($concertId: ID!) { waitingRoom(concertId: $concertId) { status } }',
    { concertId },
    ({ waitingRoom }) => waitingRoom !== null,
  );

const sectionNames = (rows: number) =>
  Array.from({ length: Math.ceil(rows / mostRows) }, (_, index) => ({
    name: index === 0 ? 'R' : `R${index + 1}`,
    rows: Math.min(mostRows, rows - index * mostRows),
  }));
