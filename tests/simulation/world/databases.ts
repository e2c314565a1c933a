import { driver } from '../mysql/driver.ts';
import type { Client as DatabaseClient } from '../mysql/driver.ts';
import type { Fate } from '../faults.ts';
import type { Mysql } from '../mysql/server.ts';
import type { Clockwork, Session } from '../mysql/session.ts';
import { forEver } from '../for-ever.ts';
import type { Process } from './process.ts';
import { currentProcess, isInhabited, theWorld } from './world.ts';

/** How a statement ends. */
interface Client {
  readonly process: Process;
  fate: Fate;
}

/** Errors of the server that services expect. Any other would show that a statement is wrong, or that this server does not do what others do. */
const expected: readonly unknown[] = ['ER_DUP_ENTRY', 'ER_LOCK_DEADLOCK', 'PROTOCOL_CONNECTION_LOST'];

/**
 * How soon a database's watch ends the statements of a database that does not answer, in ms of the world: see database-watch.ts
 * in `kit`.
 */
const unansweredMs = 2_500;

const clients = new WeakMap<Session, Client>();

/** Makes each statement of a process a step, at which the process may die or lose its connection. */
export const clockwork: Clockwork = {
  turn: (session, sql, isAgain) => {
    const client = clients.get(session);
    return client === undefined ? Promise.resolve() : takeTurn(client, sql, isAgain);
  },
  now: () => (isInhabited() ? theWorld().scheduler.now : Date.now()),
  pick: (from) => theWorld().scheduler.random.pick(from),
};

function takeTurn(client: Client, sql: string, isAgain: boolean): Promise<void> {
  const { scheduler, faults } = theWorld();
  const { process } = client;
  return new Promise((resolve, reject) => {
    if (faults.isAlone(process)) {
      client.fate = 'cut-before';
      scheduler.later(process, `${sql} (unanswered)`, unansweredMs, () => {
        reject(lostConnection());
      });
      return;
    }
    if (isAgain) {
      scheduler.soon(process, `${sql} (after a wait)`, resolve);
      return;
    }
    scheduler.soon(process, sql, () => {
      client.fate = faults.atStatement(process, sql);
      if (client.fate === 'crash-before') process.crash();
      else if (client.fate === 'cut-before') reject(lostConnection());
      else resolve();
    });
  });
}

/**
 * The driver of the services' DataSources. Each connection belongs to the process that opens it. While there is no world yet,
 * nobody takes turns.
 */
export const driverFor = (mysql: Mysql): object =>
  driver((database) => (isInhabited() ? open(mysql, database, currentProcess()) : mysql.connect(database)));

function open(mysql: Mysql, database: string, process: Process): DatabaseClient {
  const inner = mysql.connect(database);
  const client: Client = { process, fate: 'nothing' };
  clients.set(inner, client);
  const { scheduler, onCommit, reached } = theWorld();
  let isBroken = false;
  const kill = () => {
    isBroken = true;
    inner.kill();
  };
  process.onCrash(kill);
  const query = async (sql: string, parameters?: readonly unknown[]) => {
    if (isBroken) throw lostConnection();
    try {
      const result = await inner.query(sql, parameters);
      if (sql === 'COMMIT') {
        await onCommit(database);
        if (client.fate === 'cut-after') reached.add('a COMMIT that was done and never heard of');
      }
      return result;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ER_LOCK_DEADLOCK') reached.add('a deadlock');
      if (!expected.includes(code)) scheduler.failure ??= error as Error;
      throw error;
    } finally {
      if (client.fate === 'crash-after') process.crash();
      if (!process.isAlive) await forEver();
      // It is the victim of a deadlock that came about in the step of another process.
      if (scheduler.current !== process) await scheduler.turn(process, `${sql} (after a deadlock)`);
      if (client.fate === 'cut-before' || client.fate === 'cut-after') {
        kill();
        // The statement, for example a COMMIT, has been executed, but the process gets no answer.
        // eslint-disable-next-line no-unsafe-finally
        throw lostConnection();
      }
    }
  };
  return { query, kill };
}

const lostConnection = () =>
  Object.assign(new Error('Connection lost: The server closed the connection.'), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  });
