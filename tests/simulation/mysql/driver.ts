import type { MemoryConnection } from './server.ts';

type Callback<Result> = (error: unknown, result?: Result) => void;

/**
 * The `driver` of a DataSource of type mysql, in place of mysql2.
 * @param connect called each time that TypeORM wants a connection; there is no pool
 */
export const memoryDriver = (connect: (database: string) => MemoryConnection) => ({
  createPool: ({ database }: { database: string }) => ({
    getConnection: (callback: Callback<DriverConnection>) => {
      let connection: MemoryConnection;
      try {
        connection = connect(database);
      } catch (error) {
        callback(error);
        return;
      }
      callback(null, driverConnection(connection));
    },
    end: (callback: Callback<never>) => {
      callback(null);
    },
  }),
});

type DriverConnection = ReturnType<typeof driverConnection>;

const driverConnection = (connection: MemoryConnection) => ({
  promise: () => ({
    query: async (sql: string, parameters?: readonly unknown[]) => [await connection.query(sql, parameters)],
  }),
  /** The next caller gets a new connection. */
  release: () => {
    connection.kill();
  },
  // It has no events.
  listeners: () => [],
  on: () => undefined,
});
