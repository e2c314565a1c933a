import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): unique everywhere, and in order of creation, which keeps primary keys compact. */
export const newId = (): string => v7();

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether `value` can be an id at all. A value that cannot be one is simply unknown, and never reaches a query. */
export const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value);

/** When a UUIDv7 was made, in ms since 1970, by the clock of its maker. */
export const madeAt = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
