import * as accounts from '../../../../../subgraphs/users/src/storage/accounts.ts';
import { entities } from '../../../../../subgraphs/users/src/storage/entities.ts';
import { deleteOld } from '@frontrow/kit/retention';
import { retention } from '../../../../../subgraphs/users/src/storage/retention.ts';
import { migrations } from '../../../../../subgraphs/users/src/storage/migrations.ts';
import * as links from '../../../../../subgraphs/users/src/storage/mailed-links.ts';
import * as sessions from '../../../../../subgraphs/users/src/storage/sessions.ts';
import * as throttles from '../../../../../subgraphs/users/src/storage/throttles.ts';
import { at, id } from './script.ts';
import type { StorageScript } from './script.ts';

const account: any = {
  ...{ id: id(1), email: 'a@example.org', name: 'Ä', role: 'FAN', passwordHash: 'hash', createdAt: at(0) },
  ...{ locale: 'ko', emailConfirmedAt: null },
};
const link = (number: number, purpose: string): any => ({
  ...{ id: id(number), userId: id(1), purpose, expiresAt: at(100), usedBy: null },
});
const hash = (letter: string) => letter.repeat(64);
const session = { id: id(10), userId: id(1), tokenHash: hash('a'), client: 'Safari', address: '192.0.2.1' };
const viewer: any = { id: id(1), sessionId: id(10) };
const throttle = (scope: 'ADDRESS' | 'SESSION'): any => ({
  ...{ scope, id: '192.0.2.1', allowance: { most: 2, withinMs: 1_000 } },
});
const both = [throttle('SESSION'), throttle('ADDRESS')];
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
    (m) => accounts.storePassword(m, id(1), 'another'),
    (m) => accounts.storeConfirmation(m, id(1), at(3)),
    (m) => accounts.storeConfirmation(m, id(1), at(4)),
    (m) => accounts.findUser(m, id(1)),
    (m) => links.insertLink(m, link(30, 'PASSWORD_RESET')),
    (m) => links.insertLink(m, link(31, 'EMAIL_CONFIRMATION')),
    (m) => links.findLink(m, id(30), 'PASSWORD_RESET'),
    (m) => links.findLink(m, id(30), 'EMAIL_CONFIRMATION'),
    (m) => links.voidResetLinks(m, id(1), id(10)),
    (m) => m.query('SELECT id, used_by FROM mailed_links ORDER BY id'),
    (m) => accounts.lockAccount(m, 'a@example.org'),
    (m) => throttles.takeAll(m, both, at(0)),
    (m) => throttles.takeAll(m, both, at(1)),
    (m) => throttles.takeAll(m, both, at(2)),
    (m) => throttles.giveBackAll(m, both),
    (m) => throttles.takeAll(m, both, at(3)),
    (m) => m.query('SELECT scope, due_at FROM throttles ORDER BY scope'),
    (m) => sessions.insertSession(m, session, at(0)),
    (m) => sessions.lockToken(m, hash('a')),
    (m) => sessions.insertSession(m, session, at(0)),
    (m) => sessions.insertSession(m, { ...session, id: id(11), tokenHash: hash('c') }, at(1)),
    (m) => sessions.wasOpenedFrom(m, id(1), '192.0.2.1'),
    (m) => sessions.wasOpenedFrom(m, id(1), '192.0.2.2'),
    (m) =>
      sessions.replaceToken(m, found, { used: hash('a'), successor: hash('b'), salt: 's'.repeat(43) }, at(5)),
    (m) => sessions.listSessions(m, id(1), at(6)),
    (m) => sessions.isSessionOf(m, id(1), id(11)),
    (m) => sessions.endOthersOf(m, viewer, at(7)),
    (m) => sessions.isOpen(m, viewer, at(8)),
    (m) => sessions.isOpen(m, { ...viewer, sessionId: id(11) }, at(8)),
    (m) => sessions.lockToken(m, hash('a')),
    (m) => sessions.endSessions(m, { userId: id(1) }, at(9)),
    (m) => sessions.endSessions(m, { id: id(10) }, at(10)),
    (m) => sessions.lockToken(m, hash('b')),
    (m) => deleteOld(m, retention, at(1)),
    (m) => deleteOld(m, retention, at(100 * week)),
    (m) => m.query('SELECT COUNT(*) AS left_over FROM refresh_tokens'),
    (m) => m.query('SELECT COUNT(*) AS left_over FROM sessions'),
  ],
};
