import { EntitySchema } from 'typeorm';
import type { Account } from '../domain/account.ts';
import type { MailedLink } from '../domain/mailed-link.ts';

const id = { type: 'char', length: 36 } as const;
const hash = { type: 'char', length: 64 } as const;
const instant = { type: 'datetime', precision: 3 } as const;

export const accounts = new EntitySchema<Account>({
  name: 'Account',
  tableName: 'users',
  columns: {
    id: { ...id, primary: true },
    email: { type: 'varchar', length: 254 },
    name: { type: 'varchar', length: 200 },
    role: { type: 'varchar', length: 16 },
    passwordHash: { name: 'password_hash', type: 'varchar', length: 255 },
    createdAt: { name: 'created_at', ...instant },
    locale: { type: 'varchar', length: 35 },
    emailConfirmedAt: { name: 'email_confirmed_at', ...instant, nullable: true },
  },
});

export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly client: string | null;
  /** SHA-256 of the user and the address that it was opened from. */
  readonly openedFrom: string | null;
}

export const sessions = new EntitySchema<SessionRow>({
  name: 'Session',
  tableName: 'sessions',
  columns: {
    id: { ...id, primary: true },
    userId: { name: 'user_id', ...id },
    createdAt: { name: 'created_at', ...instant },
    expiresAt: { name: 'expires_at', ...instant },
    endedAt: { name: 'ended_at', ...instant, nullable: true },
    lastUsedAt: { name: 'last_used_at', ...instant, nullable: true },
    client: { type: 'varchar', length: 100, nullable: true },
    openedFrom: { name: 'opened_from', ...hash, nullable: true },
  },
});

export interface RefreshTokenRow {
  readonly hash: string;
  readonly sessionId: string;
  readonly issuedAt: Date;
  readonly replacedBy: string | null;
  readonly replacedAt: Date | null;
  readonly successorSalt: string | null;
}

export const refreshTokens = new EntitySchema<RefreshTokenRow>({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  columns: {
    hash: { name: 'token_hash', ...hash, primary: true },
    sessionId: { name: 'session_id', ...id },
    issuedAt: { name: 'issued_at', ...instant },
    replacedBy: { name: 'replaced_by', ...hash, nullable: true },
    replacedAt: { name: 'replaced_at', ...instant, nullable: true },
    successorSalt: { name: 'successor_salt', type: 'char', length: 43, nullable: true },
  },
});

export const mailedLinks = new EntitySchema<MailedLink>({
  name: 'MailedLink',
  tableName: 'mailed_links',
  columns: {
    id: { ...id, primary: true },
    userId: { name: 'user_id', ...id },
    purpose: { type: 'varchar', length: 32 },
    expiresAt: { name: 'expires_at', ...instant },
    usedBy: { name: 'used_by', ...id, nullable: true },
  },
});

export const entities = [accounts, sessions, refreshTokens, mailedLinks];
