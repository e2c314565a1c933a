import { emitted } from '@frontrow/events/testing';
import { newTraceparent } from '@frontrow/kit/trace';
import { aPurchase } from '../domain/testing.ts';
import { patience, sagasUnderTest } from '../testing/sagas-under-test.ts';
import type { SagasUnderTest } from '../testing/sagas-under-test.ts';
import { moveStuckSagas } from './move-stuck-sagas.ts';
import { rebuildLogIfEmpty } from './rebuild-log.ts';

let sagas: SagasUnderTest;
beforeEach(async () => {
  sagas = await sagasUnderTest();
});
afterEach(() => sagas.close());

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const move = (seconds: number) => moveStuckSagas(sagas.outbox, patience, inSeconds(seconds));
const asked = async (id: string) => (await sagas.requestsAbout(id)).map(({ type }) => type);

describe('a saga that stands still', () => {
  it('is left alone for 20 s, then its events are asked for again', async () => {
    const purchase = aPurchase();
    await sagas.hearOf(purchase, 'held', 'created', 'paid');
    await move(19);
    expect(await asked(purchase.id)).toEqual([]);
    await move(21);
    expect(await sagas.requestsAbout(purchase.id)).toEqual([
      { type: 'saga.replay-requested.v1', data: { sagaId: purchase.id, since: expect.any(String) } },
    ]);
    await move(22);
    expect(await asked(purchase.id)).toHaveLength(1);
  });

  it('is left alone as long as its fan may pay, and once it has ended', async () => {
    const [waiting, ended] = [aPurchase(), aPurchase()];
    await sagas.hearOf(waiting, 'held', 'created');
    await sagas.hearOf(ended, 'held', 'created', 'cancelled', 'released');
    await move(300);
    expect(await asked(waiting.id)).toEqual([]);
    await move(100_000);
    expect(await asked(waiting.id)).toEqual(['saga.replay-requested.v1']);
    expect(await asked(ended.id)).toEqual([]);
  });

  it('is put back at once when its event became a dead letter, and the fan is named', async () => {
    const purchase = aPurchase();
    await sagas.hearOf(purchase, 'held', 'created', 'paid', 'deadLettered');
    await move(1);
    const { id: sagaId, userId } = purchase;
    const why = 'reservations-on-payment-completed-v1 gave up on payment.completed.v1.';
    expect(await sagas.requestsAbout(sagaId)).toEqual([
      { type: 'saga.compensation-requested.v1', data: { sagaId, userId, why } },
    ]);
    await sagas.hearOf(purchase, 'compensated');
    await move(200);
    expect(await asked(sagaId)).toHaveLength(1);
    await sagas.hearOf(purchase, 'cancelled', 'released', 'refunded');
    await move(100_000);
    expect(await asked(sagaId)).toHaveLength(1);
  });

  it('is put back in the trace of what was last heard of it', async () => {
    const purchase = aPurchase();
    await sagas.hearOf(purchase, 'held', 'created', 'paid');
    const traceparent = newTraceparent();
    await sagas.hear(Object.assign(purchase.deadLettered(), { traceparent }), 'reservations');
    // What cannot be read does not stand in the way of anything.
    await sagas.hear(Object.assign(purchase.deadLettered(), { traceparent: 'x'.repeat(500) }), 'concerts');
    await move(1);
    const requests = (await emitted(sagas.outbox)).filter(({ subject }) => subject === purchase.id);
    expect(requests.map(({ type, traceparent }) => [type, traceparent])).toEqual([
      ['saga.compensation-requested.v1', traceparent],
    ]);
  });

  it('is moved by one of two replicas', async () => {
    const purchases = Array.from({ length: 120 }, () => aPurchase());
    await Promise.all(purchases.map((purchase) => sagas.hearOf(purchase, 'held')));
    const later = inSeconds(40);
    const replicas = [sagas, sagas.replica, sagas, sagas.replica];
    await Promise.all(replicas.map(({ outbox }) => moveStuckSagas(outbox, patience, later)));
    await move(40);
    for (const { id } of purchases) expect(await asked(id)).toEqual(['saga.replay-requested.v1']);
  });
});

describe('an empty log', () => {
  it('is asked of everybody, and what was handled before is handled again', async () => {
    const consumers = ['sagas-on-seats-held-v1'];
    await sagas.database.query(
      `INSERT INTO inbox VALUES ('sagas-on-seats-held-v1', 'an event', NOW(3)), ('sagas-on-other', 'an event', NOW(3))`,
    );
    expect(await rebuildLogIfEmpty(sagas.outbox, consumers)).toBe(true);
    expect(await sagas.requestsAbout('*')).toEqual([
      { type: 'saga.replay-requested.v1', data: { sagaId: '*', since: '1970-01-01T00:00:00.000Z' } },
    ]);
    expect(await sagas.database.query('SELECT consumer FROM inbox')).toEqual([
      { consumer: 'sagas-on-other' },
    ]);
  });

  it('is not asked for once it has a step', async () => {
    await sagas.hearOf(aPurchase(), 'held');
    expect(await rebuildLogIfEmpty(sagas.outbox, ['test'])).toBe(false);
    expect(await sagas.requestsAbout('*')).toEqual([]);
  });
});
