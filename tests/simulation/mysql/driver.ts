import type { Session } from './session.ts';

export type Client = Pick<Session, 'query' | 'kill'>;

type Callback<Result> = (error: unknown, result?: Result) => void;

/**
 * The `driver` of a DataSource of type mariadb, in place of mysql2.
 * @param connect called each time that TypeORM wants a connection
 */
export const driver = (connect: (database: string) => Client) => ({
  createPool: ({ database }: { database: string }) => ({
    getConnection: (callback: Callback<DriverConnection>) => {
      let client: Client;
      try {
        client = connect(database);
      } catch (error) {
        callback(error);
        return;
      }
      callback(null, driverConnection(client));
    },
    end: (callback: Callback<never>) => {
      callback(null);
    },
  }),
});

type DriverConnection = ReturnType<typeof driverConnection>;

const driverConnection = (client: Client) => ({
  promise: () => ({
    query: async (sql: string, parameters?: readonly unknown[]) => [await client.query(sql, parameters)],
  }),
  /** The next caller gets a new session. */
  release: () => {
    client.kill();
  },
  // It has no events.
  listeners: () => [],
  on: () => undefined,
});
