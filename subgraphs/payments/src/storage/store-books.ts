import type { EntityManager } from 'typeorm';
import type { Books } from '../domain/books.ts';
import { updatePayables } from './payables.ts';
import { book } from './wallets.ts';

/** Stores the decisions about payables and wallets that this transaction has locked. */
export async function storeBooks(manager: EntityManager, { changed, movements }: Books): Promise<void> {
  await updatePayables(manager, changed);
  await book(manager, movements);
}
