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

/** A user, with what proves their identity. */
export interface Account extends User {
  /** Argon2id, in PHC string format. */
  readonly passwordHash: string;
}

/** The account without its password hash. */
export const userOf = ({ passwordHash: _, ...user }: Account): User => user;
