import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '@frontrow/stack/api';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { createClient } from 'graphql-ws';
import { createConnection } from 'mysql2/promise';
import { WebSocket } from 'ws';
import { admittedFan, concertOnSale, startSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

// What becomes of an account's power and of its data, in all services together.

let system: System;
let sale: Sale;
beforeAll(async () => {
  system = await startSystem();
  sale = await concertOnSale(system);
}, 120_000);
afterAll(() => system.stop(), 30_000);

const password = 'a-long-enough-password';
const deletion = `mutation ($input: DeleteMyAccountInput!) {
  deleteMyAccount(input: $input) { __typename ... on Refusal { code } }
}`;
const hold = async (fan: Fan, pass: string) =>
  (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } })) as SeatHoldAnswer;

/** Resolves with the code with which the gateway ends a fan's subscription. */
function endOfSubscription(fan: Fan, ticketId: string): { begun: Promise<void>; code: Promise<number> } {
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
  const query = 'subscription ($ticketId: ID!) { queuePosition(ticketId: $ticketId) { status } }';
  client.subscribe(
    { query, variables: { ticketId } },
    { next: () => begin(), error: () => undefined, complete: () => undefined },
  );
  return { begun, code };
}

/** How long until every service has refused this token, in ms. */
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
  it('is forgotten by every service, its token stops at once, and the books stay right', async () => {
    const { fan, pass, ticketId } = await admittedFan(system, sale);
    const paid = await hold(fan, pass);
    await fan.pay(paid.reservationId);
    // A second concert: an unpaid hold, and a live subscription to the place in the line.
    const other = await concertOnSale(system);
    const place = await fan.waitForAdmission(other.concertId);
    const unpaid = (await fan.hold(other.scheduleId, place.pass, {
      bestAvailable: { count: 2 },
    })) as SeatHoldAnswer;
    await fan.until<{ reservation: { status: string } | null }>(
      'query ($id: ID!) { reservation(id: $id) { status } }',
      { id: unpaid.reservationId },
      ({ reservation }) => reservation?.status === 'PENDING',
    );
    const { exportMyData } = await fan.ask<{ exportMyData: Record<string, any> }>(
      '{ exportMyData { userId account waitingRooms reservations points holds purchases deliveries } }',
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
    const subscription = endOfSubscription(fan, place.ticketId);
    await subscription.begun;

    const email = (exportMyData['account'] as { email: string }).email;
    const input = { password, acceptsLoss: true };
    expect(await fan.ask(deletion, { input })).toEqual({ deleteMyAccount: { __typename: 'DeletedAccount' } });

    const ms = await untilRefused(fan, '{ me { id } concerts(first: 1) { edges { cursor } } }');
    expect(ms).toBeLessThan(3_000);
    expect(await Promise.race([subscription.code, pause(10_000, 'nothing ended')])).not.toBe('nothing ended');
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
  it('has no power at once, and the log says what they had done with it', async () => {
    const fan = await Fan.register(system.url);
    const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
    await system.operator.ask('mutation ($email: String!) { addOperator(email: $email) { __typename } }', me);
    const operator = await Fan.logIn(system.url, me.email, password);
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

/** The tables, of all services, in which the text is. */
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
