import { memoryDriver } from '../mysql/driver.ts';
import type { MemoryConnection, MemoryMysql } from '../mysql/server.ts';
import { forEver } from '../for-ever.ts';
import type { Process } from './process.ts';
import { currentProcess, isInhabited, theWorld } from './world.ts';

/** What may happen to a process during a statement or a request. */
export type Fate = 'nothing' | 'crash-before' | 'crash-after' | 'cut-before' | 'cut-after';

/** How a statement ends. */
interface Client {
  readonly process: Process;
  fate: Fate;
}

/**
 * How soon a database's watch ends the statements of a database that does not answer, in ms of the world: see database-watch.ts
 * in `kit`.
 */
const unansweredMs = 2_500;

const isBeginning = /^(SET|START) TRANSACTION|^SAVEPOINT/;

const clients = new WeakMap<MemoryConnection, Client>();

/** Makes each statement of a process a step, at which the process may die or lose its connection. */
export const takeTurn = (connection: MemoryConnection, sql: string): Promise<void> => {
  const client = clients.get(connection);
  // Beginning a transaction changes nothing, so what comes before it and after it is one step.
  if (client === undefined || isBeginning.test(sql)) return Promise.resolve();
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
    scheduler.soon(process, sql, () => {
      client.fate = faults.atStatement(process, sql);
      if (client.fate === 'crash-before') process.crash();
      else if (client.fate === 'cut-before') reject(lostConnection());
      else resolve();
    });
  });
};

/**
 * The driver of the services' DataSources. Each connection belongs to the process that opens it.
 * @param template the server that is used while there is no world yet, and nobody takes turns
 */
export const driverFor = (template: MemoryMysql): object =>
  memoryDriver((database) =>
    isInhabited() ? open(theWorld().mysql, database, currentProcess()) : template.connect(database),
  );

function open(mysql: MemoryMysql, database: string, process: Process): MemoryConnection {
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
        onCommit(database);
        if (client.fate === 'cut-after') reached.add('a COMMIT that was done and never heard of');
      }
      return result;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ER_LOCK_DEADLOCK') reached.add('a deadlock');
      // This is not an error of a server about a statement, but a statement that this server does not know.
      if (code === undefined) scheduler.failure ??= error as Error;
      throw error;
    } finally {
      if (client.fate === 'crash-after') process.crash();
      if (!process.isAlive) await forEver();
      // The statement waited for a lock, and got it in the step of another process.
      if (scheduler.current !== process) await scheduler.turn(process, `${sql} (after a wait)`);
      if (client.fate === 'cut-before' || client.fate === 'cut-after') {
        kill();
        // The statement, for example a COMMIT, has been executed, but the process gets no answer.
        // eslint-disable-next-line no-unsafe-finally
        throw lostConnection();
      }
    }
  };
  return { id: inner.id, query, kill };
}

const lostConnection = () =>
  Object.assign(new Error('Connection lost: The server closed the connection.'), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  });
