import DataLoader from 'dataloader';
import { isId } from './ids.ts';

/**
 * Loads rows by id, many at a time: one query for all that a request asks for in one turn of the event loop. Values that cannot be
 * ids are not asked for; an id without a row is null.
 */
export const loaderById = <Row>(
  findMany: (ids: readonly string[]) => Promise<Row[]>,
  idOf: (row: Row) => string,
  options?: DataLoader.Options<string, Row | null>,
): DataLoader<string, Row | null> =>
  new DataLoader(async (ids) => {
    const found = await findMany(ids.filter(isId));
    const rows = new Map(found.map((row) => [idOf(row), row]));
    return ids.map((id) => rows.get(id) ?? null);
  }, options);

/** Loads all rows that belong to an id; an id without rows is an empty list. */
export const loaderOfMany = <Row>(
  findMany: (ids: readonly string[]) => Promise<Row[]>,
  ownerOf: (row: Row) => string,
): DataLoader<string, Row[]> =>
  new DataLoader(async (ids) => {
    const rows = new Map<string, Row[]>(ids.map((id) => [id, []]));
    for (const row of await findMany(ids.filter(isId))) rows.get(ownerOf(row))?.push(row);
    return ids.map((id) => rows.get(id) ?? []);
  });
