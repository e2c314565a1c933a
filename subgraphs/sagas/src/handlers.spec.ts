import { userDeleted } from '@frontrow/events/contracts/users';
import { deliver } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { Metrics } from '@frontrow/kit/metrics';
import { anOperator } from '@frontrow/kit/testing/subgraph';
import { createHandlers } from './handlers.ts';
import { measureSagas } from './measure-sagas.ts';
import { adoptOwnDeadLetters } from './storage/dead-letters.ts';
import { aDeadLetter, aPurchase, published, publisherOf } from './domain/testing.ts';
import type { EventName } from './domain/testing.ts';
import { patience, sagasUnderTest } from './testing/sagas-under-test.ts';
import type { SagasUnderTest } from './testing/sagas-under-test.ts';

let sagas: SagasUnderTest;
beforeAll(async () => {
  sagas = await sagasUnderTest();
});
afterAll(() => sagas.close());

async function saga(id: string) {
  const query = `query ($id: ID!) { saga(id: $id) { status endedAt steps { eventId name service status } } }`;
  return (await sagas.execute(anOperator(), query, { id })).data.saga;
}
const happyEnd: EventName[] = ['held', 'created', 'paid', 'confirmed', 'sold'];

async function deadLetters() {
  const query = `{ deadLetters(first: 100) { edges { node { id status attempts error eventType saga { id } } } } }`;
  const { data } = await sagas.execute(anOperator(), query);
  return data.deadLetters.edges.map(({ node }: any) => node);
}

describe('what the process tells Prometheus', () => {
  it('is where purchases stand that have not ended, which are broken, and how many dead letters wait', async () => {
    const metrics = new Metrics('sagas', createLogger('test', 'silent'));
    measureSagas(sagas.database.manager, metrics);
    await sagas.hearOf(aPurchase(), 'held', 'created');
    await sagas.hearOf(aPurchase(), 'held', 'created', 'paid', 'deadLettered');
    await sagas.hearOf(aPurchase(), ...happyEnd);
    await sagas.hearOf(aPurchase(), ...happyEnd, 'paid');
    const text = await metrics.text();
    for (const told of [
      'frontrow_sagas{status="AWAITING_PAYMENT",service="sagas"} 1',
      'frontrow_sagas{status="STALLED",service="sagas"} 1',
      'frontrow_sagas{status="RUNNING",service="sagas"} 0',
      'frontrow_dead_letters_open{service="sagas"} 1',
      'frontrow_broken_invariants{invariant="PAID_TWICE",service="sagas"} 1',
      'frontrow_broken_invariants{invariant="SOLD_TWICE",service="sagas"} 0',
    ])
      expect(text).toContain(told);
    expect(text).not.toContain('COMPLETED');
  });
});

describe('the log', () => {
  it('has a row for each event of a purchase, in order, and knows where it stands', async () => {
    const purchase = aPurchase();
    await sagas.hearOf(purchase, 'held', 'created');
    expect(await saga(purchase.id)).toMatchObject({ status: 'AWAITING_PAYMENT', endedAt: null });
    await sagas.hearOf(purchase, 'paid', 'confirmed', 'sold');
    const { status, endedAt, steps } = await saga(purchase.id);
    expect([status, typeof endedAt]).toEqual(['COMPLETED', 'string']);
    expect(steps.map(({ name, service }: any) => [name, service])).toEqual([
      ['seats.held', 'concerts'],
      ['reservation.created', 'reservations'],
      ['payment.completed', 'payments'],
      ['reservation.confirmed', 'reservations'],
      ['seats.sold', 'concerts'],
    ]);
  });

  it('has an event once, also when no inbox remembers it', async () => {
    const purchase = aPurchase();
    const event = published(purchase.held(), 'concerts');
    for (let i = 0; i < 3; i++) {
      await sagas.database.query('DELETE FROM inbox');
      await deliver(sagas.outbox, createHandlers(patience), event);
    }
    expect((await saga(purchase.id)).steps.map(({ eventId }: any) => eventId)).toEqual([event.id]);
  });

  it('takes the events of many purchases at once, and again what it had', async () => {
    const purchases = Array.from({ length: 12 }, () => aPurchase());
    const handlers = createHandlers(patience);
    const had = published((purchases[3] as (typeof purchases)[number]).held(), 'concerts');
    await deliver(sagas.outbox, handlers, had);
    await sagas.database.query('DELETE FROM inbox');
    const held = purchases.map((purchase) => published(purchase.held(), 'concerts'));
    await deliver(sagas.outbox, handlers, ...held, had);
    await deliver(
      sagas.outbox,
      handlers,
      ...purchases.map((one) => published(one.created(), 'reservations')),
    );
    for (const [i, { id }] of purchases.entries()) {
      const { status, steps } = await saga(id);
      expect(status).toBe('AWAITING_PAYMENT');
      expect(steps).toHaveLength(i === 3 ? 3 : 2);
    }
  });

  it('comes out right when two replicas hear of the steps of one saga at the same moment', async () => {
    const purchases = Array.from({ length: 20 }, () => aPurchase());
    await Promise.all(
      purchases.flatMap((purchase) =>
        happyEnd.map((name, i) =>
          (i % 2 === 0 ? sagas : sagas.replica).hear(purchase[name](), publisherOf[name]),
        ),
      ),
    );
    for (const { id } of purchases) {
      expect(await saga(id)).toMatchObject({ status: 'COMPLETED', steps: { length: 5 } });
    }
  });

  it('keeps out requests for everything, which are about no saga', async () => {
    await sagas.hear(
      {
        type: 'saga.replay-requested.v1',
        subject: '*',
        data: { sagaId: '*', since: new Date(0).toISOString() },
      },
      'sagas',
    );
    expect(await sagas.database.query(`SELECT * FROM sagas WHERE id = '*'`)).toEqual([]);
  });
});

describe('the news of a dead letter', () => {
  it('is shown, and is a step of its saga', async () => {
    const purchase = aPurchase();
    const deadLetterId = newId();
    await sagas.hearOf(purchase, 'held', 'created', 'paid');
    await sagas.hear(aDeadLetter(purchase.id, { deadLetterId }), 'reservations');
    expect(await deadLetters()).toContainEqual({
      ...{ id: deadLetterId, status: 'OPEN', attempts: 5, error: 'Error: no' },
      ...{ eventType: 'payment.completed.v1', saga: { id: purchase.id } },
    });
    expect(await saga(purchase.id)).toMatchObject({ status: 'STALLED', steps: { length: 4 } });
  });

  it('belongs to no saga when its event does not', async () => {
    const [deadLetterId, ticketId] = [newId(), newId()];
    await sagas.hear(aDeadLetter(ticketId, { deadLetterId, eventType: 'ticket.ended.v1' }), 'concerts');
    await sagas.hear(aDeadLetter('sha256-abc', { eventId: 'sha256-abc', event: 'not JSON' }), 'concerts');
    expect(await deadLetters()).toContainEqual(expect.objectContaining({ id: deadLetterId, saga: null }));
    expect(await saga(ticketId)).toBeNull();
  });

  it('is about the same one when it failed again, and older news change nothing', async () => {
    const deadLetterId = newId();
    const failed = (seconds: number, error: string) =>
      sagas.hear(
        aDeadLetter(newId(), { deadLetterId, error, failedAt: `2026-11-20T08:30:0${String(seconds)}.000Z` }),
        'reservations',
      );
    await failed(1, 'first');
    await failed(3, 'third');
    await failed(2, 'second');
    const shown = (await deadLetters()).filter(({ id }: any) => id === deadLetterId);
    expect(shown).toEqual([expect.objectContaining({ error: 'third', status: 'OPEN' })]);
  });

  it('that cannot be read here is shown all the same', async () => {
    const id = newId();
    await sagas.database.query(
      `INSERT INTO dead_letters (id, consumer, event_id, event_type, event, error, attempts, failed_at)
       VALUES (?, 'sagas-on-consumer-dead-lettered-v1', ?, 'consumer.dead-lettered.v1', '{}', 'Error: no', 1, NOW(3))`,
      [id, newId()],
    );
    for (let i = 0; i < 2; i++) await adoptOwnDeadLetters(sagas.database.manager);
    expect((await deadLetters()).filter((letter: any) => letter.id === id)).toHaveLength(1);
  });

  it('says nothing of a person any more who was deleted, also when it could not be read here', async () => {
    const userId = newId();
    const event = { type: 'user.registered.v1', subject: userId, data: { userId, name: 'Reported Person' } };
    const report = { type: 'consumer.dead-lettered.v1', subject: userId, data: { event } };
    await sagas.database.query(
      `INSERT INTO dead_letters (id, consumer, event_id, event_type, event, error, attempts, failed_at)
       VALUES (?, 'sagas-on-consumer-dead-lettered-v1', ?, 'consumer.dead-lettered.v1', ?, 'Error: no', 1, NOW(3))`,
      [newId(), newId(), JSON.stringify(report)],
    );
    await adoptOwnDeadLetters(sagas.database.manager);
    await sagas.hear(userDeleted.about(userId, { userId, deletedAt: new Date().toISOString() }), 'users');
    const shown = await sagas.database.query('SELECT event FROM reported_dead_letters');
    expect(JSON.stringify(shown)).not.toContain('Reported');
  });
});
