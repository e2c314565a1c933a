import { createHash } from 'node:crypto';
import { insertMissingRows } from '@frontrow/kit/many-rows';
import { In, LessThan, Like, Raw } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Concert, Venue } from '../domain/concert.ts';
import { concerts, venues } from './entities.ts';

/** Operators see everything; everybody else sees what is published. */
export type Sight = 'everything' | 'published';

// By the database's clock, which all replicas share. So a concert is published by itself, and at one moment.
const isPublished = Raw((column) => `(${column} IS NULL OR ${column} <= UTC_TIMESTAMP(3))`);

const seenBy = (sight: Sight) => (sight === 'everything' ? {} : { publishAt: isPublished });

export interface ConcertSearch {
  readonly sight: Sight;
  /** A part of the title or of the artist's name, in any case. */
  readonly text: string | undefined;
  /** The id of the concert after which the page starts. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** The concerts that match, newest first. */
export function searchConcerts(
  manager: EntityManager,
  { sight, text, after, limit }: ConcertSearch,
): Promise<Concert[]> {
  const older = { ...seenBy(sight), ...(after !== undefined && { id: LessThan(after) }) };
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

export const findConcerts = (
  manager: EntityManager,
  ids: readonly string[],
  sight: Sight = 'everything',
): Promise<Concert[]> => manager.find(concerts, { where: { id: In(ids), ...seenBy(sight) } });

/**
 * Locks the concert, so that nobody else can add to it until the transaction ends.
 * @returns whether there is such a concert
 */
export const lockConcert = async (manager: EntityManager, id: string): Promise<boolean> =>
  (await manager.findOne(concerts, { where: { id }, lock: { mode: 'pessimistic_write' } })) !== null;

export const insertConcert = async (manager: EntityManager, concert: Concert): Promise<void> => {
  await manager.insert(concerts, concert);
};

/** @returns whether it was stored; false if somebody else has stored another version meanwhile */
export async function updateConcert(manager: EntityManager, concert: Concert): Promise<boolean> {
  const { id, version, ...columns } = concert;
  const { affected } = await manager.update(concerts, { id, version: version - 1 }, { ...columns, version });
  return affected === 1;
}

export const findVenues = (manager: EntityManager, ids: readonly string[]): Promise<Venue[]> =>
  manager.find(venues, { where: { id: In(ids) } });

/**
 * Two venues are the same if the code points of their names and addresses are. The column's collation takes ハハ for パパ and Ost for
 * Øst, so what is unique is a hash of name and address.
 */
export const placeOf = ({ name, address }: Pick<Venue, 'name' | 'address'>): string =>
  createHash('sha256')
    .update(JSON.stringify([name, address]))
    .digest('hex');

/** @returns the id of the venue with that name and address, which is the id of `venue` unless the venue existed before */
export async function findOrInsertVenue(manager: EntityManager, venue: Venue): Promise<string> {
  const place = placeOf(venue);
  // If several operators name a new venue at the same moment, one inserts it; the others wait here, and then read it.
  await insertMissingRows(manager, 'venues', [
    { id: venue.id, name: venue.name, address: venue.address, place },
  ]);
  const [known] = await manager.query<{ id: string }[]>('SELECT id FROM venues WHERE place = ?', [place]);
  if (known === undefined) throw new Error(`the venue ${venue.id} was neither inserted nor found`);
  return known.id;
}
