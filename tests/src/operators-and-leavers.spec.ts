import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '@frontrow/stack/api';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { createClient } from 'graphql-ws';
import { createConnection } from 'mysql2/promise';
import { WebSocket } from 'ws';
import { confirmEmailOf } from './testing/mails.ts';
import { admittedFan, concertOnSale, configureRoom, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

// What becomes of an account's rights and of its data, in all services together.

let system: System;
let sale: Sale;
beforeAll(async () => {
  system = await sharedSystem();
  sale = await concertOnSale(system);
}, 120_000);

const password = 'a-long-enough-password';
const deletion = `mutation ($input: DeleteMyAccountInput!) {
  deleteMyAccount(input: $input) { __typename ... on Refusal { code } }
}`;
const hold = async (fan: Fan, pass: string) =>
  (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } })) as SeatHoldAnswer;

/** Resolves with the code with which the gateway ends a fan's subscription to a waiting room, which goes on without the fan. */
function endOfSubscription(fan: Fan, concertId: string): { begun: Promise<void>; code: Promise<number> } {
  const client = createClient({
    url: system.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${String(fan.token)}` },
    retryAttempts: 0,
    lazy: true,
  });
  let begin: () => void;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const code = new Promise<number>((resolve) => {
    client.on('closed', (event) => {
      resolve((event as { code: number }).code);
    });
  });
  const query = 'subscription ($id: ID!) { waitingRoomChanged(concertId: $id) { status } }';
  client.subscribe(
    { query, variables: { id: concertId } },
    { next: () => begin(), error: () => undefined, complete: () => undefined },
  );
  return { begun, code };
}

/** How long it takes until every service refuses this token, in ms. */
async function untilRefused(api: Api, query: string): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const refused = await api.ask(query).then(
      () => false,
      (error: unknown) => /session of this access token has ended|UNAUTHENTICATED/.test(String(error)),
    );
    if (refused) return performance.now() - startedAt;
    await pause(20);
  }
}

describe('a deleted account', () => {
  it('is forgotten by every service, its token is refused at once, and the ledger stays right', async () => {
    const { fan, pass, ticketId } = await admittedFan(system, sale);
    const paid = await hold(fan, pass);
    await fan.pay(paid.reservationId);
    // A second concert: an unpaid hold, and a live subscription to the waiting room.
    const other = await concertOnSale(system);
    const place = await fan.waitForAdmission(other.concertId);
    const unpaid = (await fan.hold(other.scheduleId, place.pass, {
      bestAvailable: { count: 2 },
    })) as SeatHoldAnswer;
    // Each service hears of the hold by itself.
    const { exportMyData } = await fan.until<{ exportMyData: Record<string, any> }>(
      '{ exportMyData { userId account waitingRooms reservations points holds purchases deliveries } }',
      {},
      ({ exportMyData: { reservations, purchases } }) => reservations.length === 2 && purchases.length === 2,
    );
    expect(exportMyData).toMatchObject({
      userId: fan.id,
      account: { name: 'Fan' },
      points: { userId: fan.id },
    });
    expect(exportMyData['waitingRooms'].map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining([ticketId, place.ticketId]),
    );
    for (const [part, id] of [
      ['reservations', 'id'],
      ['holds', 'reservationId'],
      ['purchases', 'id'],
    ] as const) {
      const ids = exportMyData[part].map((one: Record<string, string>) => one[id]);
      expect(ids.toSorted()).toEqual([paid.reservationId, unpaid.reservationId].toSorted());
    }
    const subscription = endOfSubscription(fan, other.concertId);
    await subscription.begun;

    const email = (exportMyData['account'] as { email: string }).email;
    const input = { password, acceptsLoss: true };
    expect(await fan.ask(deletion, { input })).toEqual({ deleteMyAccount: { __typename: 'DeletedAccount' } });

    const ms = await untilRefused(fan, '{ me { id } concerts(first: 1) { edges { cursor } } }');
    expect(ms).toBeLessThan(3_000);
    // After 4401, clients do not come back by themselves.
    expect(await Promise.race([subscription.code, pause(10_000, 'nothing ended')])).toBe(4401);
    await system.operator.until<{ schedule: { seats: { status: string }[] } }>(
      'query ($id: ID!) { schedule(id: $id) { seats(status: HELD) { status } } }',
      { id: other.scheduleId },
      ({ schedule }) => schedule.seats.length === 0,
    );
    const { user, reservation } = await system.operator.ask<{ user: null; reservation: object }>(
      'query ($fan: ID!, $id: ID!) { user(id: $fan) { id } reservation(id: $id) { status user { name } } }',
      { fan: fan.id, id: paid.reservationId },
    );
    expect(user).toBeNull();
    expect(reservation).toEqual({ status: 'CONFIRMED', user: null });
    expect(await system.audit()).toEqual([]);
    expect(await findEverywhere(email)).toEqual([]);
  }, 60_000);
});

describe('an ended operator', () => {
  it('loses all rights at once, and the log says what they had done with them', async () => {
    const fan = await Fan.register(system.url);
    const email = await confirmEmailOf(system, fan);
    const addition = 'mutation ($email: String!) { addOperator(email: $email) { __typename } }';
    await system.operator.ask(addition, { email });
    const operator = await Fan.logIn(system.url, email, password);
    const { concertId } = await concertOnSale({ ...system, operator });
    expect(await operator.ask('{ operators { id } }')).toMatchObject({
      operators: expect.arrayContaining([{ id: fan.id }, { id: system.operator.id }]),
    });
    await system.operator.ask('mutation ($id: ID!) { endOperator(id: $id) { __typename } }', { id: fan.id });
    expect(await untilRefused(operator, '{ operators { id } }')).toBeLessThan(3_000);

    const log = `query ($id: ID!) {
      operatorActions(operatorId: $id) { edges { node { action subjectId before after } } }
    }`;
    interface Log {
      operatorActions: { edges: { node: { action: string; subjectId: string; before: any; after: any } }[] };
    }
    const { operatorActions } = await system.operator.until<Log>(
      log,
      { id: fan.id },
      ({ operatorActions: { edges } }) => edges.length >= 3,
    );
    const nodes = operatorActions.edges.map(({ node }) => node);
    expect(nodes.find(({ action }) => action === 'createConcert')).toMatchObject({
      ...{ subjectId: concertId, before: null, after: { artist: 'The Stories' } },
    });
    expect(nodes.find(({ action }) => action === 'configureWaitingRoom')).toMatchObject({
      ...{ subjectId: concertId, before: { maxActive: 100 }, after: { maxActive: 5_000 } },
    });
    expect(nodes.map(({ action }) => action)).toContain('addSchedule');
  }, 60_000);
});

/** The tables of all services that contain the text. */
async function findEverywhere(text: string): Promise<string[]> {
  const database = await createConnection(system.stack.mysqlUrl);
  try {
    const [columns] = await database.query(
      `SELECT table_schema AS db, table_name AS tab, column_name AS col FROM information_schema.columns
       WHERE table_schema LIKE 'frontrow\\_%' AND data_type IN ('char', 'varchar', 'text', 'mediumtext', 'longtext')`,
    );
    const found: string[] = [];
    for (const { db, tab, col } of columns as { db: string; tab: string; col: string }[]) {
      const [rows] = await database.query(`SELECT 1 FROM ${db}.${tab} WHERE INSTR(\`${col}\`, ?) LIMIT 1`, [
        text,
      ]);
      if ((rows as unknown[]).length > 0) found.push(`${db}.${tab}.${col}`);
    }
    return found;
  } finally {
    await database.end();
  }
}

describe('a room that asks for a challenge', () => {
  const joining = `mutation ($concertId: ID!, $challengeSolution: String) {
    enterQueue(concertId: $concertId, challengeSolution: $challengeSolution) {
      __typename ... on Refusal { code retryable } ... on QueueTicket { id }
    }
  }`;
  interface Joined {
    enterQueue: { __typename: string; code?: string; id?: string };
  }
  const refused = { enterQueue: { __typename: 'Refusal', code: 'CHALLENGE_REQUIRED', retryable: false } };
  const letIn = { enterQueue: { __typename: 'QueueTicket', id: expect.any(String) } };

  it('admits fans who have solved one of their own, once, for as long as the operator wants it', async () => {
    const { concertId } = await concertOnSale(system);
    const [fan, other] = [await Fan.register(system.url), await Fan.register(system.url)];
    const join = (who: Fan, challengeSolution?: string) =>
      who.ask<Joined>(joining, { concertId, challengeSolution });
    expect(await fan.solveChallenge(concertId)).toBeUndefined();
    await configureRoom(system.operator, concertId, { challenge: true });
    expect(
      await fan.ask('query ($id: ID!) { waitingRoom(concertId: $id) { challenge } }', { id: concertId }),
    ).toEqual({ waitingRoom: { challenge: true } });

    expect(await join(fan)).toEqual(refused);
    const solution = await fan.solveChallenge(concertId);
    expect(await join(other, solution)).toEqual(refused);
    const { enterQueue } = await join(fan, solution);
    expect({ enterQueue }).toEqual(letIn);
    await fan.leaveQueue(String(enterQueue.id));
    expect(await join(fan, solution)).toEqual(refused);
    expect(await join(fan, await fan.solveChallenge(concertId))).toEqual(letIn);

    await configureRoom(system.operator, concertId, { challenge: false });
    expect(await join(other)).toEqual(letIn);
  }, 60_000);
});

describe('an event stream whose token is revoked', () => {
  it('ends with UNAUTHENTICATED and complete', async () => {
    const fan = await Fan.register(system.url);
    const answer = await fetch(system.url, {
      method: 'POST',
      headers: {
        ...{ accept: 'text/event-stream', 'content-type': 'application/json' },
        authorization: `Bearer ${String(fan.token)}`,
      },
      body: JSON.stringify({
        query: 'subscription ($id: ID!) { waitingRoomChanged(concertId: $id) { status } }',
        variables: { id: sale.concertId },
      }),
      signal: AbortSignal.timeout(30_000),
    });
    let text = '';
    let isOver = false;
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      if (isOver || !text.includes('"status":"OPEN"')) continue;
      isOver = true;
      const { me } = await fan.ask<{ me: { sessions: { id: string }[] } }>('{ me { sessions { id } } }');
      const end = 'mutation ($id: ID!) { endSession(id: $id) }';
      expect(await fan.ask(end, { id: me.sessions[0]?.id })).toEqual({ endSession: true });
    }
    const events = [...text.matchAll(/^event: (\w+)\ndata: ?(.*)$/gm)].map(([, event, data]) => [
      event,
      data,
    ]);
    expect(events.at(-1)?.[0]).toBe('complete');
    expect(events.at(-2)).toEqual(['next', expect.stringContaining('"code":"UNAUTHENTICATED"')]);
  }, 60_000);
});
