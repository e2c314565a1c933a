import type { Outbox } from '@frontrow/events/outbox';
import { unauthenticated } from '@frontrow/kit/errors';
import { linkOf } from '@frontrow/kit/mailed-link';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { User } from '../domain/account.ts';
import { isGood } from '../domain/mailed-link.ts';
import { linkThrottles } from '../domain/throttles.ts';
import { findUser, storeConfirmation } from '../storage/accounts.ts';
import { findLink } from '../storage/mailed-links.ts';
import { takeAll } from '../storage/throttles.ts';
import { mailLink } from './mail-link.ts';

/**
 * Mails the user a link to confirm their e-mail address, unless it is confirmed already.
 * @returns false if the user has asked too often
 * @throws UNAUTHENTICATED if the account is gone
 */
export const requestConfirmation = (outbox: Outbox, userId: string, now: Date): Promise<boolean> =>
  outbox.transaction(async (tx) => {
    const user = await findUser(tx.manager, userId);
    if (user === null) throw unauthenticated('The account of this access token does not exist any more.');
    if (user.emailConfirmedAt !== null) return true;
    if (!(await takeAll(tx.manager, linkThrottles(user.email, 'EMAIL_CONFIRMATION'), now))) return false;
    await mailLink(tx, user, 'EMAIL_CONFIRMATION', now);
    return true;
  });

/**
 * Confirms the e-mail address that a link was mailed to. The link stays valid until it expires, so a page that is opened twice
 * gets the same answer. Nothing else can be done with the link.
 */
export async function confirmEmail(
  outbox: Outbox,
  { token, linkSecret }: { token: string; linkSecret: string },
  now: Date,
): Promise<User | Refusal<'CONFIRMATION_EXPIRED'>> {
  const linkId = linkOf(linkSecret, 'EMAIL_CONFIRMATION', token);
  if (linkId === null) return expired();
  return outbox.transaction(async ({ manager }) => {
    const link = await findLink(manager, linkId, 'EMAIL_CONFIRMATION');
    if (link === null || !isGood(link, now)) return expired();
    await storeConfirmation(manager, link.userId, now);
    return (await findUser(manager, link.userId)) ?? expired();
  });
}

const expired = () =>
  refuse('CONFIRMATION_EXPIRED', 'This link is older than three days, or not valid. Ask for a new one.');
