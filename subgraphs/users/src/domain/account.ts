export type Role = 'FAN' | 'OPERATOR';

/** What an account shows of itself. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
}

/** A user and what proves that somebody is them. */
export interface Account extends User {
  /** Argon2id, in PHC string format. */
  readonly passwordHash: string;
}

/** The account without its proof. */
export const userOf = ({ id, email, name, role, createdAt }: Account): User => ({
  id,
  email,
  name,
  role,
  createdAt,
});
