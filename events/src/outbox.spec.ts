import { eventually } from './testing/eventually.ts';
import { registered, startReplica, inStream, namesOf } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { emitted } from './testing.ts';

let nats: OwnServer;
let service: TestReplica;
beforeAll(async () => {
  nats = await startOwnBroker();
  service = await startReplica({ natsUrl: nats.url });
});
afterAll(async () => {
  await service.stop();
  await nats.end();
});

const written = async () =>
  (await emitted(service.outbox)).map(({ data }) => (data as { name: string }).name);

describe('an outbox', () => {
  it('publishes nothing from a transaction that rolled back', async () => {
    service.startRelay();
    const broken = service.outbox.transaction(async (tx) => {
      tx.emit(registered('thrown'));
      await tx.manager.query(`INSERT INTO effects (name) VALUES ('thrown')`);
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    const answer = await service.outbox.transaction(async (tx) => {
      await tx.manager.query(`INSERT INTO effects (name) VALUES ('undone')`);
      tx.emit(registered('undone'));
      return tx.undo('refused');
    });
    expect(answer).toBe('refused');

    // What is committed later is published later: when this one is there, the others would be.
    await service.emit(registered('committed'));
    await eventually(async () => expect(namesOf(await inStream(service.broker))).toEqual(['committed']));
    expect(await written()).toEqual(['committed']);
    expect(await service.effects()).toEqual([]);
  });

  it('stores the events of the run that counts when a transaction runs again', async () => {
    let runs = 0;
    await service.outbox.transaction((tx) => {
      runs++;
      tx.emit(registered(`run ${String(runs)}`));
      if (runs === 1) throw Object.assign(new Error('deadlock'), { errno: 1213 });
      return Promise.resolve();
    });
    expect(await written()).toEqual(['committed', 'run 2']);
  });

  it('tells those who want to know of a commit, once, and of nothing that was not committed', async () => {
    const told: string[] = [];
    const tell = () => {
      told.push('told');
    };
    const never = () => {
      told.push('never');
    };
    let runs = 0;
    await service.outbox.transaction((tx) => {
      if (++runs === 1) {
        tx.afterCommit(never);
        throw Object.assign(new Error('deadlock'), { errno: 1213 });
      }
      tx.afterCommit(tell);
      tx.afterCommit(tell);
      expect(told).toEqual([]);
      return Promise.resolve();
    });
    await service.outbox.transaction((tx) => {
      tx.afterCommit(never);
      return Promise.resolve(tx.undo('undone'));
    });
    expect(told).toEqual(['told']);
  });

  it('answers whoever called when a listener throws, and tells the others', async () => {
    const told: string[] = [];
    const broken = () => {
      throw new Error('a listener is broken');
    };
    service.outbox.onCommit(broken);
    const answer = await service.outbox.transaction((tx) => {
      tx.afterCommit(broken);
      tx.afterCommit(() => told.push('told'));
      tx.emit(registered('told'));
      return Promise.resolve('answer');
    });
    expect(answer).toBe('answer');
    expect(told).toEqual(['told']);
  });

  it('refuses an event that breaks its contract, and commits nothing', async () => {
    const before = await written();
    const broken = service.emit({ ...registered('nobody'), data: { userId: 'nobody' } });
    await expect(broken).rejects.toThrow(/userId/);
    const unknown = service.emit({ type: 'user.dreamt-of.v1', subject: 'x', data: {} });
    await expect(unknown).rejects.toThrow('user.dreamt-of.v1 has no contract');
    expect(await written()).toEqual(before);
  });
});
