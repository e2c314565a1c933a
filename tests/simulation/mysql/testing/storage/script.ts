import type { EntityManager } from 'typeorm';
import type { Tables } from '../servers.ts';

/** Calls of a service's storage functions, one after the other, each in its own transaction. */
export interface StorageScript extends Tables {
  readonly calls: readonly ((manager: EntityManager) => unknown)[];
}

/** An id in the format of the services' ids. */
export const id = (number: number): string => `01b8dac6-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** An instant, `ms` after the first. */
export const at = (ms: number): Date => new Date(Date.UTC(2030, 0, 1) + ms);

/** The number of the error with which a call fails. MariaDB has another number than MySQL for a CHECK. */
export async function errorOf(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { errno } = error as { errno: number };
    return errno === 4025 ? 3819 : errno;
  }
}
