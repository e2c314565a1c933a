import { createHash } from 'node:crypto';
import { insertMissingRows } from '@frontrow/kit/many-rows';
import { In, LessThan, Like } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Concert, Venue } from '../domain/concert.ts';
import { concerts, venues } from './entities.ts';

export interface ConcertSearch {
  /** What the title or the artist's name contains, in any case. */
  readonly text: string | undefined;
  /** The id of the concert that the page starts after. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export function searchConcerts(
  manager: EntityManager,
  { text, after, limit }: ConcertSearch,
): Promise<Concert[]> {
  const older = after === undefined ? {} : { id: LessThan(after) };
  const pattern = text === undefined ? undefined : Like(`%${escapeLike(text)}%`);
  const where =
    pattern === undefined
      ? older
      : [
          { ...older, title: pattern },
          { ...older, artist: pattern },
        ];
  return manager.find(concerts, { where, order: { id: 'DESC' }, take: limit });
}

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&');

export const findConcerts = (manager: EntityManager, ids: readonly string[]): Promise<Concert[]> =>
  manager.find(concerts, { where: { id: In(ids) } });

/** @returns whether there is such a concert; nobody else can add to it until the transaction ends */
export const lockConcert = async (manager: EntityManager, id: string): Promise<boolean> =>
  (await manager.findOne(concerts, { where: { id }, lock: { mode: 'pessimistic_write' } })) !== null;

export const insertConcert = async (manager: EntityManager, concert: Concert): Promise<void> => {
  await manager.insert(concerts, concert);
};

export const findVenues = (manager: EntityManager, ids: readonly string[]): Promise<Venue[]> =>
  manager.find(venues, { where: { id: In(ids) } });

/**
 * Two names are the same when their code points are. The column's collation takes ハハ for パパ and Ost for Øst, so what is
 * unique is a hash of name and address.
 */
export const placeOf = ({ name, address }: Pick<Venue, 'name' | 'address'>): string =>
  createHash('sha256')
    .update(JSON.stringify([name, address]))
    .digest('hex');

/** @returns the id of the venue of that name and address, which is `venue` unless it was known before */
export async function findOrInsertVenue(manager: EntityManager, venue: Venue): Promise<string> {
  const place = placeOf(venue);
  // Of operators who name a new venue at the same moment one inserts it; the others wait here, and read it then.
  await insertMissingRows(manager, 'venues', [
    { id: venue.id, name: venue.name, address: venue.address, place },
  ]);
  const [known] = await manager.query<{ id: string }[]>('SELECT id FROM venues WHERE place = ?', [place]);
  if (known === undefined) throw new Error(`the venue ${venue.id} was neither inserted nor found`);
  return known.id;
}
