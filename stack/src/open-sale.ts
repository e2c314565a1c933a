import type { Fan } from './fan.ts';

export interface SaleOptions {
  readonly title: string;
  readonly artist: string;
  readonly description: string;
  /** In points. */
  readonly price: number;
  readonly rows: number;
  readonly seatsPerRow: number;
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
  const { title, artist, description, rows, ...section } = options;
  const { concert } = await operator.ask<{ concert: { id: string } }>(
    'mutation ($input: CreateConcertInput!) { concert: createConcert(input: $input) { ... on Concert { id } } }',
    {
      input: {
        title,
        artist,
        description,
        venueName: 'Demo Hall',
        venueAddress: '1 Loopback Road, Seoul',
        salesOpenAt: new Date().toISOString(),
      },
    },
  );
  const { schedule } = await operator.ask<{ schedule: { id: string } }>(
    'mutation ($input: AddScheduleInput!) { schedule: addSchedule(input: $input) { ... on Schedule { id } } }',
    {
      input: {
        concertId: concert.id,
        startsAt: new Date(Date.now() + 30 * 24 * 60 * 60 * 1_000).toISOString(),
        sections: sectionNames(rows).map(({ name, rows: some }) => ({ name, rows: some, ...section })),
      },
    },
  );
  // The waiting room opens as soon as queue has heard of the concert.
  await operator.until<{ waitingRoom: object | null }>(
    'query ($concertId: ID!) { waitingRoom(concertId: $concertId) { status } }',
    { concertId: concert.id },
    ({ waitingRoom }) => waitingRoom !== null,
  );
  return { concertId: concert.id, scheduleId: schedule.id };
}

const sectionNames = (rows: number) =>
  Array.from({ length: Math.ceil(rows / mostRows) }, (_, index) => ({
    name: index === 0 ? 'R' : `R${index + 1}`,
    rows: Math.min(mostRows, rows - index * mostRows),
  }));
