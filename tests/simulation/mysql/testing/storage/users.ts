import * as accounts from '../../../../../subgraphs/users/src/storage/accounts.ts';
import * as attempts from '../../../../../subgraphs/users/src/storage/attempts.ts';
import { entities } from '../../../../../subgraphs/users/src/storage/entities.ts';
import { deleteExpired } from '../../../../../subgraphs/users/src/storage/expired.ts';
import { migrations } from '../../../../../subgraphs/users/src/storage/migrations.ts';
import * as sessions from '../../../../../subgraphs/users/src/storage/sessions.ts';
import { at, id } from './script.ts';
import type { StorageScript } from './script.ts';

const account: any = {
  ...{ id: id(1), email: 'a@example.org', name: 'Ä', role: 'FAN', passwordHash: 'hash', createdAt: at(0) },
};
const hash = (letter: string) => letter.repeat(64);
const session = { id: id(10), userId: id(1), tokenHash: hash('a') };
const found: any = { sessionId: id(10) };
const week = 7 * 24 * 3_600_000;

export const usersScript: StorageScript = {
  entities,
  migrations,
  calls: [
    (m) => accounts.insertAccount(m, account),
    (m) => accounts.insertAccount(m, { ...account, id: id(2) }),
    (m) => accounts.findUsers(m, [id(1), id(2)]),
    (m) => accounts.findUser(m, id(1)),
    (m) => accounts.findAccount(m, 'a@example.org'),
    (m) => accounts.findAccount(m, 'A@example.org'),
    (m) => accounts.makeOperator(m, id(1), 'other'),
    (m) => accounts.lockAccount(m, 'a@example.org'),
    (m) => attempts.lockAttempts(m, 'a@example.org', at(0)),
    (m) => attempts.storeAttempts(m, 'a@example.org', [at(1), at(2)], at(2)),
    (m) => attempts.lockAttempts(m, 'a@example.org', at(3)),
    (m) => attempts.forgetAttempts(m, 'a@example.org'),
    (m) => sessions.insertSession(m, session, at(0)),
    (m) => sessions.lockToken(m, hash('a')),
    (m) => sessions.replaceToken(m, found, [hash('a'), hash('b')], at(5)),
    (m) => sessions.lockToken(m, hash('a')),
    (m) => sessions.endSessions(m, { userId: id(1) }, at(9)),
    (m) => sessions.endSessions(m, { id: id(10) }, at(10)),
    (m) => sessions.lockToken(m, hash('b')),
    (m) => deleteExpired(m, at(1)),
    (m) => deleteExpired(m, at(100 * week)),
    (m) => m.query('SELECT COUNT(*) AS left_over FROM refresh_tokens'),
    (m) => m.query('SELECT COUNT(*) AS left_over FROM sessions'),
  ],
};
