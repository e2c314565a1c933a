import { concertCreated } from '@frontrow/events/contracts/concerts';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { newId } from '@frontrow/kit/ids';
import type { Concert } from '../domain/concert.ts';
import { mostSeatsPerFan } from '../domain/sale.ts';
import { findOrInsertVenue, insertConcert } from '../storage/concerts.ts';
import { between, text } from './limits.ts';

export interface NewConcert {
  readonly title: string;
  readonly artist: string;
  readonly description: string;
  readonly venueName: string;
  readonly venueAddress: string;
  readonly salesOpenAt: Date;
  readonly maxSeatsPerFan: number;
}

/** @throws BAD_USER_INPUT naming the argument that is out of range */
export async function createConcert(outbox: Outbox, acting: Acting, input: NewConcert): Promise<Concert> {
  const venue = {
    id: newId(),
    name: text('input.venueName', input.venueName, 1, 200),
    address: text('input.venueAddress', input.venueAddress, 1, 200),
  };
  const concert = {
    id: newId(),
    title: text('input.title', input.title, 1, 200),
    artist: text('input.artist', input.artist, 1, 200),
    description: text('input.description', input.description, 0, 2_000),
    salesOpenAt: notAbsurd(input.salesOpenAt),
    maxSeatsPerFan: between('input.maxSeatsPerFan', input.maxSeatsPerFan, 1, mostSeatsPerFan),
  };
  return act(outbox, acting, async (tx) => {
    const created = { ...concert, venueId: await findOrInsertVenue(tx.manager, venue) };
    await insertConcert(tx.manager, created);
    const { id: concertId, title, salesOpenAt } = created;
    tx.emit(concertCreated.about(concertId, { concertId, title, salesOpenAt: salesOpenAt.toISOString() }));
    const { id: _, salesOpenAt: opensAt, ...after } = created;
    return {
      answer: created,
      subjectId: concertId,
      before: null,
      after: { ...after, salesOpenAt: opensAt.toISOString() },
    };
  });
}

// Sales may have opened long ago, but a DATETIME column knows no year 0.
function notAbsurd(salesOpenAt: Date): Date {
  if (salesOpenAt.getUTCFullYear() < 2000) {
    throw badUserInput('input.salesOpenAt', 'must be in the year 2000 or later.');
  }
  return salesOpenAt;
}
