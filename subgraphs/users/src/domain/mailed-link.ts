import type { LinkPurpose } from '@frontrow/events/contracts/users';

/** A link that was mailed to the user, known by its id: what makes it good is not kept. */
export interface MailedLink {
  readonly id: string;
  readonly userId: string;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
  /** The session that was opened by it, or whatever else made it void; null while it is good. */
  readonly usedBy: string | null;
}

const minutes = (count: number) => count * 60_000;

/** For how long, in ms, a link is good. Who resets a password waits for the mail; a confirmation may lie over a weekend. */
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
