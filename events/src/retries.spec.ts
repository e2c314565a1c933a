import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { handler } from './handler.ts';
import { userRegistered } from './contracts/users.ts';
import { eventually } from './testing/eventually.ts';
import { leaveEffect, registered, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let service: TestReplica;
beforeAll(async () => {
  nats = await startOwnBroker();
  service = await startReplica({ natsUrl: nats.url });
  service.startRelay();
});
afterAll(async () => {
  await service.stop();
  await nats.end();
});

it('a handler that ran into a deadlock and a lock wait runs again until it gets through', async () => {
  const { database } = service;
  await database.query(`INSERT INTO effects (name) VALUES ('first'), ('second')`);
  let runs = 0;
  let hasSecond: () => void = () => undefined;
  const handlerHasSecond = new Promise<void>((resolve) => (hasSecond = resolve));
  service.startConsumer(
    handler(userRegistered, async (tx, event) => {
      runs++;
      await tx.manager.query('SET SESSION innodb_lock_wait_timeout = 1');
      // Little to roll back: of the two, the database chooses this one as the victim.
      await tx.manager.query('SELECT * FROM effects WHERE position = 2 FOR UPDATE');
      hasSecond();
      await tx.manager.query('SELECT * FROM effects WHERE position = 1 FOR UPDATE');
      await leaveEffect.handle(tx, [event]);
    }),
  );
  const rival = database.transaction(async (manager) => {
    await manager.query(`INSERT INTO effects (name) VALUES ('rival'), ('rival'), ('rival')`);
    await manager.query('SELECT * FROM effects WHERE position = 1 FOR UPDATE');
    await service.emit(registered('patient'));
    await handlerHasSecond;
    await manager.query('SELECT * FROM effects WHERE position = 2 FOR UPDATE');
    // From here on the handler waits in vain, a second at a time.
    await eventually(() => expect(runs).toBeGreaterThanOrEqual(4));
  });
  await rival;
  await eventually(async () => expect(await service.effects()).toContain('patient'));
  expect((await service.effects()).filter((name) => name === 'patient')).toHaveLength(1);
  expect(await database.query('SELECT * FROM dead_letters')).toEqual([]);
});
