import type { DataSource } from 'typeorm';
import { concertsScript } from './testing/storage/concerts.ts';
import { deliveriesScript } from './testing/storage/deliveries.ts';
import { paymentsScript } from './testing/storage/payments.ts';
import { queueScript } from './testing/storage/queue.ts';
import { reservationsScript } from './testing/storage/reservations.ts';
import { sagasScript } from './testing/storage/sagas.ts';
import type { StorageScript } from './testing/storage/script.ts';
import { usersScript } from './testing/storage/users.ts';
import { memoryDatabase, RealServer } from './testing/servers.ts';
import { MemoryMysql } from './server.ts';

const scripts = {
  users: usersScript,
  queue: queueScript,
  concerts: concertsScript,
  reservations: reservationsScript,
  payments: paymentsScript,
  sagas: sagasScript,
  deliveries: deliveriesScript,
};

async function answers(database: DataSource, { calls }: StorageScript): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const call of calls) {
    const answer: unknown = await database.transaction((manager) => Promise.resolve(call(manager)));
    // The services use nothing else of the raw result of a write.
    const { affectedRows } = (answer ?? {}) as { affectedRows?: number };
    all.push(affectedRows === undefined ? answer : { affectedRows });
  }
  return all;
}

describe('on the server in memory and on the real one alike work the storage functions of', () => {
  it.each(Object.entries(scripts))('%s', async (_, script) => {
    const database = await memoryDatabase(new MemoryMysql(), script);
    const inMemory = await answers(database, script);
    const real = await RealServer.start(script);
    try {
      expect(inMemory).toEqual(await answers(real.tables.database, script));
    } finally {
      await real.tables.drop();
    }
  });
});
