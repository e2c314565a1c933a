import type { MemoryConnection } from './server.ts';

type Callback = (error: null, connection: unknown) => void;

/** The part of mysql2 that TypeORM uses, as it wants it for the option `driver`. */
export const memoryDriver = (connect: (database: string) => MemoryConnection) => ({
  createPool: ({ database }: { database: string }) => ({
    on: () => undefined,
    getConnection: (callback: Callback) => {
      callback(null, connectionOf(connect(database)));
    },
  }),
});

const connectionOf = (inner: MemoryConnection) => ({
  promise: () => ({
    query: async (sql: string, params?: readonly unknown[]) => [await inner.query(sql, params)],
  }),
  // There is no pool: a connection costs nothing.
  release: () => {
    inner.kill();
  },
  listeners: () => [],
  on: () => undefined,
});
