export type Role = 'FAN' | 'OPERATOR' | 'STAFF';

/** What an account shows of itself. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** The language of mails, as a BCP 47 tag. */
  readonly locale: string;
  /** When somebody proved that mail to `email` reaches them; null before that. */
  readonly emailConfirmedAt: Date | null;
}

/** A user and what proves that somebody is them. */
export interface Account extends User {
  /** Argon2id, in PHC string format. */
  readonly passwordHash: string;
}

/** The account without its proof. */
export const userOf = ({ passwordHash: _, ...user }: Account): User => user;
