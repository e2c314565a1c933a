export type Role = 'FAN' | 'OPERATOR' | 'STAFF';

/** The public part of an account. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** The language of the user's mails, as a BCP 47 tag. */
  readonly locale: string;
  /** When the user proved that they receive mail sent to `email`; null until then. */
  readonly emailConfirmedAt: Date | null;
}

/** A user as an answer shows them. */
export interface ShownUser extends User {
  /** The caller has just proved to be this user, in this session, although the request has no access token for it. */
  readonly callerSessionId?: string;
  /** The same, but without a session: the caller followed a link that was mailed to the user. */
  readonly isCaller?: boolean;
}

/** A user, with what proves their identity. */
export interface Account extends User {
  /** Argon2id, in PHC string format. */
  readonly passwordHash: string;
}

/** The account without its password hash. */
export const userOf = ({ passwordHash: _, ...user }: Account): User => user;
