/** A statement on one of the connections, which are called a, b, c. */
export interface Step {
  readonly on: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const stepOn =
  (on: string) =>
  (sql: string, ...parameters: unknown[]): Step => ({ on, sql, parameters });
export const a = stepOn('a');
export const b = stepOn('b');
export const c = stepOn('c');

/** A connection to a server. */
export interface Client {
  query(sql: string, parameters: readonly unknown[]): Promise<unknown>;
  /** Resolves as soon as it is certain whether the statement waits for a lock. */
  isWaiting(): Promise<boolean>;
}

/**
 * Plays the steps in their order. A connection that waits for a lock is left alone until it gets the lock.
 * @returns what the clients could see, line by line
 */
export async function play(
  steps: readonly Step[],
  connect: (name: string) => Promise<Client>,
): Promise<string[]> {
  const seen: string[] = [];
  const clients = new Map<string, Client>();
  const underWay = new Map<string, Promise<string>>();
  for (const { on, sql, parameters } of steps) {
    const client = clients.get(on) ?? (await connect(on));
    clients.set(on, client);
    underWay.set(on, client.query(sql, parameters).then(show, showError));
    // First the connection whose turn it is, then those that can continue because of it.
    const order = [on, ...[...underWay.keys()].filter((name) => name !== on)];
    for (const name of order) {
      const outcome = await outcomeOf(clients.get(name) as Client, underWay.get(name) as Promise<string>);
      if (outcome !== 'waits') underWay.delete(name);
      if (outcome !== 'waits' || name === on) seen.push(`${name}: ${outcome}`);
    }
  }
  return seen;
}

async function outcomeOf(client: Client, statement: Promise<string>): Promise<string> {
  for (;;) {
    const outcome = await Promise.race([statement, client.isWaiting()]);
    if (outcome === true) return 'waits';
    if (outcome !== false) return outcome;
  }
}

/** Shows rows, or those numbers of a write that matter. */
function show(result: unknown): string {
  if (Array.isArray(result)) return JSON.stringify(result, (_, value: unknown) => alike(value));
  const { affectedRows, insertId } = result as { affectedRows: number; insertId: number };
  return `${affectedRows} affected, insert id ${insertId}`;
}

// In MySQL, literals and conditions are BIGINTs, which arrive as strings; in MariaDB they are INTs.
const alike = (value: unknown) =>
  typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;

const showError = (error: unknown): string => {
  const { errno, message } = error as { errno?: number; message: string };
  return errno === undefined ? message : `error ${sameErrors.get(errno) ?? errno}`;
};

/** The numbers of errors that MariaDB and MySQL number differently. */
const sameErrors = new Map([[4025, 3819]]);
