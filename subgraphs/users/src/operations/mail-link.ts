import { userLinkRequested } from '@frontrow/events/contracts/users';
import type { Transaction } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import type { LinkPurpose } from '@frontrow/kit/mailed-link';
import type { User } from '../domain/account.ts';
import { newLink } from '../domain/mailed-link.ts';
import { insertLink } from '../storage/mailed-links.ts';

/** Makes a link, and emits an event that asks for it to be mailed to its user. */
export async function mailLink(
  tx: Transaction,
  { id: userId, email, locale }: Pick<User, 'id' | 'email' | 'locale'>,
  purpose: LinkPurpose,
  now: Date,
): Promise<void> {
  const link = newLink(newId(), userId, purpose, now);
  await insertLink(tx.manager, link);
  const expiresAt = link.expiresAt.toISOString();
  tx.emit(userLinkRequested.about(userId, { userId, linkId: link.id, purpose, email, locale, expiresAt }));
}
