import { newId } from '@frontrow/kit/ids';
import { testIds } from '@frontrow/kit/testing/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { invariants } from '../domain/broken-invariant.ts';
import { aDeadLetter, aPurchase } from '../domain/testing.ts';
import { sagasUnderTest } from '../testing/sagas-under-test.ts';
import type { SagasUnderTest } from '../testing/sagas-under-test.ts';

let sagas: SagasUnderTest;
const fan = aFan();
const purchase = aPurchase({ id: newId(), userId: fan.id });
const paidTooLittle = aPurchase({ id: newId(), userId: fan.id });
beforeAll(async () => {
  sagas = await sagasUnderTest();
  await sagas.hearOf(purchase, 'held', 'created', 'paid', 'confirmed', 'sold');
  await sagas.hearOf(paidTooLittle, 'held', 'created', 'notPaid', 'cancelled', 'released');
});
afterAll(() => sagas.close());

const fields = `id type status startedAt updatedAt endedAt reservation { id }
  steps { eventId name service status at data error }`;
const saga = (viewer: Viewer | null, id: string) =>
  sagas.execute(viewer, `query ($id: ID!) { saga(id: $id) { ${fields} } }`, { id });

describe('a saga', () => {
  it('is shown to its fan, without data and errors', async () => {
    const { data, errors } = await saga(fan, paidTooLittle.id);
    expect(errors).toBeUndefined();
    expect(data.saga).toMatchObject({
      ...{ id: paidTooLittle.id, type: 'PURCHASE', status: 'COMPENSATED' },
      ...{
        startedAt: expect.any(String),
        endedAt: expect.any(String),
        reservation: { id: paidTooLittle.id },
      },
    });
    expect(data.saga.steps[2]).toEqual({
      ...{ eventId: expect.any(String), name: 'payment.failed', service: 'payments', status: 'FAILED' },
      ...{ at: expect.any(String), data: null, error: null },
    });
    for (const step of data.saga.steps) expect([step.data, step.error]).toEqual([null, null]);
  });

  it('is shown to operators with everything', async () => {
    const { data } = await saga(anOperator(), paidTooLittle.id);
    expect(data.saga.steps[2]).toMatchObject({
      data: { reservationId: paidTooLittle.id, amount: 99_000, failure: 'INSUFFICIENT_POINTS' },
      error: 'INSUFFICIENT_POINTS',
    });
  });

  it.each([
    ['another fan', () => saga(aFan(), purchase.id)],
    ['nobody', () => saga(null, purchase.id)],
    ['an operator who asks for one that is not there', () => saga(anOperator(), newId())],
    ['an operator who asks for what is no id', () => saga(anOperator(), `' OR 1=1 --`)],
  ])('is null for %s', async (_, ask) => {
    expect(await ask()).toEqual({ data: { saga: null }, errors: undefined });
  });

  it('is part of its reservation, for the same viewers', async () => {
    const of = async (viewer: Viewer | null, ...ids: string[]) => {
      const keys = ids.map((id) => ({ id }));
      return (await sagas.entities(viewer, 'Reservation', keys, 'id saga { status }')).data;
    };
    const status = { saga: { status: 'COMPLETED' } };
    expect(await of(fan, purchase.id, newId(), 'x')).toEqual([
      { id: purchase.id, ...status },
      { id: expect.any(String), saga: null },
      null,
    ]);
    expect(await of(anOperator(), purchase.id)).toEqual([{ id: purchase.id, ...status }]);
    for (const stranger of [aFan(), null]) {
      expect(await of(stranger, purchase.id)).toEqual([{ id: purchase.id, saga: null }]);
    }
  });
});

describe('the list of sagas', () => {
  const list = (viewer: Viewer | null, args: string) =>
    sagas.execute(
      viewer,
      `{ sagas(${args}) { edges { cursor node { id status } } pageInfo { hasNextPage endCursor } } }`,
    );

  it('is paged, newest first', async () => {
    const first = (await list(anOperator(), 'first: 1')).data.sagas;
    expect(first.edges.map(({ node }: any) => node.id)).toEqual([paidTooLittle.id]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await list(anOperator(), `first: 1, after: "${first.pageInfo.endCursor}"`)).data.sagas;
    expect(second).toMatchObject({
      edges: [{ node: { id: purchase.id } }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('can be of one status', async () => {
    expect((await list(anOperator(), 'status: COMPLETED')).data.sagas.edges).toMatchObject([
      { node: { id: purchase.id, status: 'COMPLETED' } },
    ]);
    expect((await list(anOperator(), 'status: STALLED')).data.sagas.edges).toEqual([]);
  });

  it.each([
    ['first: 0', 'BAD_USER_INPUT'],
    ['first: 10000', 'BAD_USER_INPUT'],
    ['after: "made up"', 'BAD_USER_INPUT'],
  ])('refuses %s', async (args, code) => {
    expect((await list(anOperator(), args)).errors?.[0]?.extensions?.['code']).toBe(code);
  });

  it.each([
    [fan, 'FORBIDDEN'],
    [null, 'UNAUTHENTICATED'],
  ])('is for operators', async (viewer, code) => {
    expect((await list(viewer, 'first: 1')).errors?.[0]?.extensions?.['code']).toBe(code);
  });
});

describe('dead letters', () => {
  const letters = (viewer: Viewer | null, args = 'first: 100') =>
    sagas.execute(
      viewer,
      `{ deadLetters(${args}) { edges { node {
        id consumer eventId eventType event error attempts failedAt status saga { id } } } pageInfo { hasNextPage } } }`,
    );
  const replay = (viewer: Viewer | null, id: string, by: SubgraphUnderTest = sagas) =>
    by.execute(
      viewer,
      `mutation ($id: ID!) { replayDeadLetter(id: $id) {
        __typename ... on DeadLetter { id status } ... on Refusal { code retryable } } }`,
      { id },
    );
  const aNewOne = async () => {
    const deadLetterId = newId();
    await sagas.hear(aDeadLetter(purchase.id, { deadLetterId }), 'reservations');
    return deadLetterId;
  };

  it('are shown to operators with everything', async () => {
    const id = await aNewOne();
    const { data, errors } = await letters(anOperator(), 'first: 1, status: OPEN');
    expect(errors).toBeUndefined();
    expect(data.deadLetters.edges).toEqual([
      {
        node: {
          ...{ id, consumer: 'reservations-on-payment-completed-v1', eventId: expect.any(String) },
          ...{ eventType: 'payment.completed.v1', event: { data: { amount: -1 } }, error: 'Error: no' },
          ...{ attempts: 5, failedAt: expect.any(String), status: 'OPEN', saga: { id: purchase.id } },
        },
      },
    ]);
  });

  it('go back to their consumer once, whoever asks how often', async () => {
    const id = await aNewOne();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => replay(anOperator(), id, i % 2 === 0 ? sagas : sagas.replica)),
    );
    const replayed = answers.filter(({ data }) => data.replayDeadLetter.__typename === 'DeadLetter');
    expect(replayed.map(({ data }) => data.replayDeadLetter)).toEqual([
      { __typename: 'DeadLetter', id, status: 'REPLAYED' },
    ]);
    expect((await replay(anOperator(), id)).data.replayDeadLetter).toEqual({
      ...{ __typename: 'Refusal', code: 'ALREADY_SETTLED', retryable: false },
    });
    expect(await sagas.requestsAbout(id)).toEqual([
      {
        type: 'dead-letter.replay-requested.v1',
        data: {
          ...{ deadLetterId: id, consumer: 'reservations-on-payment-completed-v1' },
          eventId: expect.any(String),
        },
      },
      {
        type: 'operator.acted.v1',
        data: expect.objectContaining({
          ...{ by: 'OPERATOR', action: 'replayDeadLetter', subjectId: id },
          ...{ before: expect.objectContaining({ status: 'OPEN' }), after: expect.anything() },
        }),
      },
    ]);
  });

  it.each([newId(), 'no id'])('that are not there cannot go back: %s', async (id) => {
    expect((await replay(anOperator(), id)).data.replayDeadLetter).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    [fan, 'FORBIDDEN'],
    [null, 'UNAUTHENTICATED'],
  ])('are for operators, and nothing changes', async (viewer, code) => {
    const id = await aNewOne();
    for (const { errors } of [await letters(viewer), await replay(viewer, id)]) {
      expect(errors?.[0]?.extensions?.['code']).toBe(code);
    }
    expect(await sagas.requestsAbout(id)).toEqual([]);
  });
});

describe('the purchases in the export of a fan’s data', () => {
  const purchases = async () => {
    const reservationIds = [purchase.id, paidTooLittle.id, newId()];
    const keys = [{ userId: fan.id, reservationIds }];
    const { data, errors } = await sagas.entities(fan, 'MyData', keys, 'purchases');
    return { shown: data?.[0]?.purchases ?? null, errors };
  };

  it('are theirs, and an error rather than none when they cannot be read', async () => {
    const { shown, errors } = await purchases();
    expect(errors).toBeUndefined();
    expect(shown).toHaveLength(2);
    await sagas.database.query('RENAME TABLE sagas TO away_sagas');
    const unread = await purchases();
    await sagas.database.query('RENAME TABLE away_sagas TO sagas');
    expect(unread.shown).toBeNull();
    expect(unread.errors).toHaveLength(1);
  });
});

describe('the invariants of purchases', () => {
  const query = '{ invariants { invariant purchases } }';
  const broken = async () => {
    const { data } = await sagas.execute(anOperator(), query);
    const states = data.invariants as { invariant: string; purchases: number }[];
    expect(states.map(({ invariant }) => invariant)).toEqual([...invariants]);
    return states.filter(({ purchases }) => purchases > 0);
  };

  it('say how many purchases break each of them now', async () => {
    expect(await broken()).toEqual([]);
    const paidTwice = aPurchase({ id: newId(), userId: fan.id });
    await sagas.hearOf(paidTwice, 'held', 'created', 'paid', 'confirmed', 'sold', 'paid');
    expect(await broken()).toEqual([{ invariant: 'PAID_TWICE', purchases: 1 }]);
  });

  it.each([
    [fan, 'FORBIDDEN'],
    [null, 'UNAUTHENTICATED'],
  ])('are for operators', async (viewer, code) => {
    const { errors } = await sagas.execute(viewer, query);
    expect(errors?.[0]?.extensions?.['code']).toBe(code);
  });
});

describe('a saga that has just begun', () => {
  it('is waited for where its reservation was given out just now', async () => {
    const next = aPurchase({ id: testIds.next(), userId: fan.id });
    const looking = saga(fan, next.id);
    await sagas.replica.hearOf(next, 'held');
    expect((await looking).data.saga).toMatchObject({ id: next.id, status: 'RUNNING' });
  });
});

describe('a saga that is under way', () => {
  it('tells operators what is done about it next, and when', async () => {
    const waiting = aPurchase({ id: newId(), userId: fan.id });
    await sagas.hearOf(waiting, 'held');
    const next = async (viewer: Viewer, id: string) => {
      const query = 'query ($id: ID!) { saga(id: $id) { nextMove { kind at } } }';
      return (await sagas.execute(viewer, query, { id })).data.saga.nextMove;
    };
    expect(await next(anOperator(), waiting.id)).toEqual({ kind: 'REPLAY', at: expect.any(String) });
    expect(await next(anOperator(), purchase.id)).toBeNull();
    expect(await next(fan, waiting.id)).toBeNull();
  });
});
