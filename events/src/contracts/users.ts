import { linkPurposes } from '@frontrow/kit/mailed-link';
import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { id, instant, text } from './fields.ts';

export type { LinkPurpose } from '@frontrow/kit/mailed-link';

// Subject of all: the user's id.

/** A language of mails, as a BCP 47 tag. */
const locale = z.string().min(1).max(35);

/** The address to which mail for the user goes, confirmed or not. Releases without mail left it out. */
export const userRegistered = defineEvent(
  'user.registered.v1',
  { userId: id, name: text, email: text.optional(), locale: locale.optional() },
  { personal: ['name', 'email'] },
);

/**
 * A link is to be mailed to the user. Its token is made from the id and a secret that is not in the event
 * (`kit/src/mailed-link.ts`), so nobody who reads events can use the link.
 */
export const userLinkRequested = defineEvent(
  'user.link-requested.v1',
  { userId: id, linkId: id, purpose: z.enum(linkPurposes), email: text, locale, expiresAt: instant },
  { personal: ['email'] },
);

/**
 * The account was deleted, with everything that says whose it was. Every service forgets what is personal in its copies. The id stays where
 * amounts depend on it, and leads to nobody.
 */
export const userDeleted = defineEvent('user.deleted.v1', { userId: id, deletedAt: instant });
