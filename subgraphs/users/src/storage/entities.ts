import { EntitySchema } from 'typeorm';
import { id, instant, key, optional, text } from '@frontrow/kit/columns';
import type { Account } from '../domain/account.ts';
import type { MailedLink } from '../domain/mailed-link.ts';

export const accounts = new EntitySchema<Account>({
  name: 'Account',
  tableName: 'users',
  columns: {
    id: key(id('id')),
    email: text('email'),
    name: text('name'),
    role: text('role'),
    passwordHash: text('password_hash'),
    createdAt: instant('created_at'),
    locale: text('locale'),
    emailConfirmedAt: optional(instant('email_confirmed_at')),
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
  /** SHA-256 of the user and of the hidden address that the session was opened from. */
  readonly openedFrom: string | null;
}

export const sessions = new EntitySchema<SessionRow>({
  name: 'Session',
  tableName: 'sessions',
  columns: {
    id: key(id('id')),
    userId: id('user_id'),
    createdAt: instant('created_at'),
    expiresAt: instant('expires_at'),
    endedAt: optional(instant('ended_at')),
    lastUsedAt: optional(instant('last_used_at')),
    client: optional(text('client')),
    openedFrom: optional(text('opened_from')),
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
    hash: key(text('token_hash')),
    sessionId: id('session_id'),
    issuedAt: instant('issued_at'),
    replacedBy: optional(text('replaced_by')),
    replacedAt: optional(instant('replaced_at')),
    successorSalt: optional(text('successor_salt')),
  },
});

export const mailedLinks = new EntitySchema<MailedLink>({
  name: 'MailedLink',
  tableName: 'mailed_links',
  columns: {
    id: key(id('id')),
    userId: id('user_id'),
    purpose: text('purpose'),
    expiresAt: instant('expires_at'),
    usedBy: optional(id('used_by')),
  },
});

export const entities = [accounts, sessions, refreshTokens, mailedLinks];
