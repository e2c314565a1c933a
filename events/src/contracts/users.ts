import { defineEvent } from '../contract.ts';
import { id, instant, text } from './fields.ts';

/** Subject: the user's id. */
export const userRegistered = defineEvent(
  'user.registered.v1',
  { userId: id, name: text },
  { personal: ['name'] },
);

/**
 * The account is gone, and what tells whose it was. Everybody forgets what is personal in their copies; the id stays where
 * amounts hang on it, and leads to nobody. Subject: the user's id.
 */
export const userDeleted = defineEvent('user.deleted.v1', { userId: id, deletedAt: instant });
