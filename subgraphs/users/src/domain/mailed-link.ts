import type { LinkPurpose } from '@frontrow/events/contracts/users';

/** A link that was mailed to the user. Only its id is stored, not the token that makes it valid. */
export interface MailedLink {
  readonly id: string;
  readonly userId: string;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
  /** The session that was opened by the link, or the id of whatever else made it void; null while it is valid. */
  readonly usedBy: string | null;
}

const minutes = (count: number) => count * 60_000;

/**
 * How long a link is valid, in ms. Somebody who resets a password waits for the mail; a confirmation may lie unread over a
 * weekend.
 */
const goodForMs: Readonly<Record<LinkPurpose, number>> = {
  PASSWORD_RESET: minutes(30),
  EMAIL_CONFIRMATION: minutes(3 * 24 * 60),
};

export const newLink = (id: string, userId: string, purpose: LinkPurpose, now: Date): MailedLink => ({
  id,
  userId,
  purpose,
  expiresAt: new Date(now.getTime() + goodForMs[purpose]),
  usedBy: null,
});

export const isGood = (link: MailedLink, now: Date): boolean => link.usedBy === null && link.expiresAt > now;
