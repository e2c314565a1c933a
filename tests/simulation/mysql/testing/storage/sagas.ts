import * as letters from '../../../../../subgraphs/sagas/src/storage/dead-letters.ts';
import { migrations } from '../../../../../subgraphs/sagas/src/storage/migrations.ts';
import * as sagas from '../../../../../subgraphs/sagas/src/storage/sagas.ts';
import * as steps from '../../../../../subgraphs/sagas/src/storage/steps.ts';
import { at, errorOf, id } from './script.ts';
import type { StorageScript } from './script.ts';

const saga = (number: number): any => ({
  ...{ id: id(number), type: 'PURCHASE', userId: id(50), status: 'RUNNING' },
  ...{ startedAt: at(number), updatedAt: at(number), endedAt: null, waitsUntil: at(99) },
});
const step = (number: number): any => ({
  ...{ eventId: id(number), sagaId: id(1), name: 'seats.held', service: 'concerts', status: 'COMPLETED' },
  ...{ at: at(1), heardAt: at(2), data: { it: 'ü' }, error: null, traceparent: null },
});
const letter = (failedAt: Date, error: string): any => ({
  ...{ id: id(30), consumer: 'sagas-x', eventId: 'e', eventType: 't', event: { a: 1 }, error, attempts: 5 },
  ...{ failedAt, status: 'OPEN', subject: id(1) },
});
const all = { status: undefined, before: undefined, count: 10 };

export const sagasScript: StorageScript = {
  entities: [],
  migrations,
  calls: [
    (m) => steps.isLogEmpty(m),
    (m) => steps.insertSteps(m, [step(10), step(11)]),
    (m) => errorOf(steps.insertSteps(m, [step(12), step(10)])),
    (m) => steps.findSteps(m, [id(1), id(2)]),
    (m) => steps.isLogEmpty(m),
    (m) => sagas.lockSagas(m, [id(1)]),
    (m) => sagas.lockSagas(m, [id(1), id(2)]),
    (m) =>
      sagas.storeSagas(m, [
        { saga: saga(2), dueAt: at(10), breaks: null },
        { saga: saga(1), dueAt: at(20), breaks: null },
      ]),
    (m) => sagas.findSagas(m, [id(1), id(2)]),
    (m) => sagas.lookAtWork(m, at(9)),
    (m) => sagas.lookAtWork(m, at(10)),
    (m) => sagas.lockDue(m, at(15), 10),
    (m) => sagas.lockDue(m, at(20), 1),
    (m) => sagas.findSagaPage(m, all),
    (m) => sagas.findSagaPage(m, { status: 'RUNNING', before: id(2), count: 10 }),
    (m) => letters.storeDeadLetter(m, letter(at(5), 'first')),
    (m) => letters.storeStatus(m, { ...letter(at(5), 'first'), status: 'REPLAYED' }),
    (m) => letters.storeDeadLetter(m, letter(at(4), 'older')),
    (m) => letters.lockDeadLetter(m, id(30)),
    (m) => letters.storeDeadLetter(m, letter(at(6), 'newer')),
    (m) => letters.findDeadLetterPage(m, all),
    (m) => letters.findDeadLetterPage(m, { ...all, status: 'REPLAYED' }),
    (m) =>
      m.query(
        `INSERT INTO dead_letters (id, consumer, event_id, event_type, event, error, attempts, failed_at)
         VALUES (?, 'c', 'e', 'consumer.dead-lettered.v1', '{}', 'x', 5, ?)`,
        [id(31), at(7)],
      ),
    (m) => sagas.lookAtWork(m, at(9)),
    (m) => letters.adoptOwnDeadLetters(m),
    (m) => letters.adoptOwnDeadLetters(m),
    (m) => letters.lockDeadLetter(m, id(31)),
    (m) => m.query(`INSERT INTO inbox VALUES ('a', ?, ?), ('b', ?, ?)`, [id(1), at(1), id(1), at(1)]),
    (m) => steps.forgetHandled(m, ['a', 'c']),
    (m) => m.query('SELECT consumer FROM inbox'),
  ],
};
