import { rot } from '@frontrow/stack/testing/rot';
import { handler } from './handler.ts';
import { userRegistered } from './contracts/users.ts';
import { answerAboutPublished } from './published-events.ts';
import { startReconciling } from './reconcile.ts';
import type { Repeating } from '@frontrow/kit/repeat';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { inStream, leaveEffect, registered, silent, startReplica, unpublished } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let users: TestReplica;
let payments: TestReplica;
let reconciling: Repeating | undefined;
beforeEach(async () => {
  nats = await startOwnBroker();
  users = await startReplica({ natsUrl: nats.url, service: 'users' });
  payments = await startReplica({ natsUrl: nats.url, service: 'payments' });
  answerAboutPublished(users.outbox, users.broker, silent);
});
afterEach(async () => {
  await reconciling?.stop();
  await users.stop();
  await payments.stop();
  await nats.end();
});

const fans = Array.from({ length: 20 }, (_, i) => `fan ${String(i).padStart(2, '0')}`);

/** Published a minute ago, by a relay that does not look after the stream any more. */
async function published(names: readonly string[]): Promise<void> {
  const relay = users.startRelay();
  await users.emit(...names.map(registered));
  await eventually(async () => expect(await unpublished(users)).toBe(0));
  await relay.stop();
  await users.database.query('UPDATE outbox SET published_at = published_at - INTERVAL 1 MINUTE');
}

const reconcile = () => {
  reconciling = startReconciling(payments.outbox, payments.broker, [userRegistered.type], silent);
};

const reconciled = () =>
  eventually(async () => {
    const [row] = await payments.database.query<{ published_at: Date }[]>(
      `SELECT published_at FROM reconciliations WHERE producer = 'users'`,
    );
    expect(row?.published_at.getTime()).toBeGreaterThan(Date.now() - 120_000);
  }, 20_000);

describe('a service that never had an event', () => {
  it.each(['flipped', 'truncated'] as const)('asks for it, when a bit of the stream was %s', async (how) => {
    await published(fans);
    await nats.shutDown();
    expect(await rot(nats.folder, how, 'fan 10', 0)).toBe(true);
    await nats.start();
    await eventually(() => expect(payments.broker.isConnected()).toBe(true));
    payments.startConsumer(leaveEffect);
    const had = await eventually(async () => {
      const effects = await payments.effects();
      expect(effects.length).toBeGreaterThanOrEqual(10);
      return effects;
    });
    expect(had).not.toContain('fan 10');

    reconcile();
    await eventually(async () => expect((await payments.effects()).toSorted()).toEqual(fans), 20_000);
    reconciling?.wake();
    await reconciled();
  });

  it('asks for nothing that it has handled or given up', async () => {
    payments.startConsumer(
      handler(userRegistered, async (tx, event) => {
        if (event.data.name === 'fan 07') throw new Error('broken');
        await leaveEffect.handle(tx, [event]);
      }),
    );
    await published(fans);
    await eventually(async () => {
      const letters = await payments.database.query<unknown[]>('SELECT id FROM dead_letters');
      expect([letters.length, (await payments.effects()).length]).toEqual([1, fans.length - 1]);
    });
    reconcile();
    await reconciled();
    expect(await inStream(users.broker)).toHaveLength(fans.length);
  });
});
