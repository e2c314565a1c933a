import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { Api } from '@frontrow/stack/api';
import { Fan } from '@frontrow/stack/fan';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import type { Challenge } from 'altcha-lib/types';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import type { IntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-sse';
import { examplesOf } from './testing/examples.ts';
import { followByWebSocket } from './testing/follow.ts';
import { admittedFan, concertOnSale, configureRoom, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

let system: System;
let sale: Sale;
/** Inside the workspace, so that generated code finds its libraries. */
let folder: string;

beforeAll(async () => {
  system = await sharedSystem();
  sale = await concertOnSale(system);
  folder = await mkdtemp(join(import.meta.dirname, '../.foreign-'));
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const concert = 'query Concert($id: ID!) { concert(id: $id) { id title schedules { id } } }';

async function introspected(): Promise<IntrospectionQuery> {
  const query = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  const response = await fetch(system.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: IntrospectionQuery };
  return data;
}

describe('clients that others wrote', () => {
  it('@apollo/client asks, and gets refusals and errors', async () => {
    const client = new ApolloClient({
      link: new HttpLink({ uri: system.url }),
      cache: new InMemoryCache(),
      clientAwareness: { name: 'story', version: '1' },
    });
    const { data } = await client.query({ query: gql(concert), variables: { id: sale.concertId } });
    expect(data).toMatchObject({ concert: { id: sale.concertId, schedules: [{ id: sale.scheduleId }] } });
    const enter = gql('mutation ($id: ID!) { enterQueue(concertId: $id) { __typename } }');
    await expect(client.mutate({ mutation: enter, variables: { id: sale.concertId } })).rejects.toMatchObject(
      {
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      },
    );
    client.stop();
  });

  it('urql asks 30 things at once, by the hashes of their documents', async () => {
    const seen: { status: number; type: string | null }[] = [];
    const client = new Client({
      url: system.url,
      preferGetMethod: false,
      exchanges: [persistedExchange({ preferGetForPersistedQueries: false }), fetchExchange],
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        seen.push({ status: response.status, type: response.headers.get('content-type') });
        return response;
      },
      requestPolicy: 'network-only',
    });
    const ask = (n: number) =>
      client.query(`query Q${n}($id: ID!) { concert(id: $id) { id } }`, { id: sale.concertId }).toPromise();
    for (const times of [60, 30]) {
      const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(n)));
      for (const { data, error } of answers) {
        expect(error).toBeUndefined();
        expect(data).toMatchObject({ concert: { id: sale.concertId } });
      }
      // The first request with each hash is refused and registers the document; from then on the hash is enough.
      expect(seen.splice(0)).toEqual(
        Array(times).fill({ status: 200, type: 'application/graphql-response+json; charset=utf-8' }),
      );
    }
  });

  it('graphql-sse follows a subscription', async () => {
    const { fan, ticketId } = await admittedFan(system, sale, 0);
    const client = createClient({ url: system.url, headers: { authorization: `Bearer ${fan.token}` } });
    const results = client.iterate({
      query: 'subscription ($id: ID!) { queuePosition(ticketId: $id) { id status } }',
      variables: { id: ticketId },
    });
    expect((await results.next()).value).toEqual({
      data: { queuePosition: { id: ticketId, status: 'ADMITTED' } },
    });
    await results.return!();
    client.dispose();
  });
});

describe('generators of code that others wrote', () => {
  it('relay-compiler compiles operations on every connection', async () => {
    await mkdir(join(folder, 'relay'));
    await writeFile(
      join(folder, 'relay/schema.graphql'),
      printSchema(buildClientSchema(await introspected())),
    );
    await writeFile(
      join(folder, 'relay/list.js'),
      `graphql\`query listQuery($first: Int, $after: String) { ...list_concerts
         me { reservations(first: 5) @connection(key: "list_reservations") { edges { node { id } } }
              wallet { history(first: 5) @connection(key: "list_history") { edges { node { id } } } } }
         sagas(first: 5) @connection(key: "list_sagas") { edges { node { id } } }
         deadLetters(first: 5) @connection(key: "list_deadLetters") { edges { node { id } } }
         deliveries(first: 5) @connection(key: "list_deliveries") { edges { node { id } } } }\`;
       graphql\`fragment list_concerts on Query @refetchable(queryName: "listConcertsQuery") {
         concerts(first: $first, after: $after) @connection(key: "list_concerts") { edges { node { id title } } } }\`;`,
    );
    const config = join(folder, 'relay/relay.config.json');
    await writeFile(
      config,
      JSON.stringify({
        src: '.',
        schema: 'schema.graphql',
        language: 'javascript',
        excludes: [],
        noFutureProofEnums: true,
      }),
    );
    await run(process.execPath, [require.resolve('relay-compiler/cli.js'), config], {
      cwd: join(folder, 'relay'),
    });
    const artifact = await readFile(join(folder, 'relay/__generated__/listConcertsQuery.graphql.js'), 'utf8');
    expect(artifact).toContain('hasNextPage');
  }, 60_000);

  it('gql.tada derives types from the schema, and the compiler uses them to reject wrong operations', async () => {
    const home = join(folder, 'tada');
    await mkdir(home);
    const plugin = {
      name: 'gql.tada/ts-plugin',
      schema: system.url,
      tadaOutputLocation: './graphql-env.d.ts',
    };
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
      ...{ module: 'nodenext', target: 'es2023', plugins: [plugin] },
    };
    const tsconfig = join(home, 'tsconfig.json');
    await writeFile(tsconfig, JSON.stringify({ compilerOptions, include: ['.'] }));
    await writeFile(
      join(home, 'operation.ts'),
      `import { initGraphQLTada } from 'gql.tada';
       import type { ResultOf, VariablesOf } from 'gql.tada';
       import type { introspection } from './graphql-env.d.ts';
       const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();
       const hold = graphql(\`mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) { ... on SeatHold { total } } }\`);
       export const variables: VariablesOf<typeof hold> = {
         input: { scheduleId: '1', admissionToken: 'x', idempotencyKey: 'y', bestAvailable: { count: 2 } },
       };
       export const total = (result: ResultOf<typeof hold>): number | undefined =>
         'total' in result.holdSeats ? result.holdSeats.total : undefined;
       // @ts-expect-error a hold needs a schedule
       export const wrong: VariablesOf<typeof hold> = { input: { admissionToken: 'x', idempotencyKey: 'y' } };`,
    );
    const node = (program: string, ...args: string[]) =>
      run(process.execPath, [join(import.meta.dirname, '../node_modules/.bin', program), ...args], {
        cwd: home,
      });
    await node('gql.tada', 'generate-output', '-c', tsconfig);
    await node('tsc', '-p', tsconfig);
  }, 120_000);
});

describe('the examples of docs/api.md', () => {
  it('buy seats, one after the other, each with values from earlier answers', async () => {
    const examples = examplesOf('docs/api.md');
    const ask = <Result>(who: Api, name: string, variables: Record<string, unknown>) =>
      who.ask<Record<string, Result>>(examples.take(name), variables).then((data) => Object.values(data)[0]!);
    const follow = <Result>(who: Fan, name: string, variables: Record<string, unknown>) =>
      followByWebSocket<Record<string, Result>>(who, examples.take(name), variables);
    const { concertId, scheduleId } = await concertOnSale(system, { price: 300 });
    await configureRoom(system.operator, concertId, { challenge: true });
    const visitor = new Api(system.url);
    const { me: account } = await (
      await Fan.register(system.url)
    ).ask<{ me: { id: string; email: string } }>('{ me { id email } }');

    const session = await ask<Session>(visitor, 'LogIn', {
      input: { email: account.email, password: 'a-long-enough-password' },
    });
    const fan = new Fan(system.url, session.accessToken, session.user.id);
    expect(fan.id).toBe(account.id);

    const { edges } = await ask<{ edges: { node: { id: string; schedules: { id: string }[] } }[] }>(
      visitor,
      'Concerts',
      { search: '밤의 노래' },
    );
    expect(edges.find(({ node }) => node.id === concertId)?.node.schedules).toMatchObject([
      { id: scheduleId },
    ]);
    const map = await ask<SeatMap>(visitor, 'SeatMap', { scheduleId });
    expect(map).toMatchObject({
      concert: { id: concertId, waitingRoom: { status: 'OPEN', challenge: true } },
    });
    const seats = follow<{ seats: { id: string; status: string }[] }>(fan, 'Seats', { scheduleId });
    await seats.until(() => true);
    const { seatMap } = await ask<{ seatMap: OpenedMap }>(visitor, 'OpenSeatMap', { scheduleId });
    const layout = await fetch(new URL(seatMap.layout, system.url));
    expect(layout.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const { seatIds: ids } = (await layout.json()) as { seatIds: { first: string[]; count: number[] } };
    expect(ids).toEqual({ first: [map.seats[0]!.id], count: [map.seats.length] });
    const drawn = follow<{ seatMap: { version: number; changes: number[] } }>(fan, 'FollowSeatMap', {
      scheduleId,
      since: seatMap.version,
    });

    expect(await ask(fan, 'Join', { concertId })).toMatchObject({ code: 'CHALLENGE_REQUIRED' });
    const { json } = await ask<{ json: string }>(fan, 'Challenge', { concertId });
    const challengeSolution = await solve(json);
    const { id: ticketId } = await ask<{ id: string }>(fan, 'Join', { concertId, challengeSolution });
    const place = await follow<Place>(fan, 'Position', { ticketId }).until(
      ({ queuePosition }) => queuePosition!.status === 'ADMITTED',
    );
    const { status, admissionToken } = await ask<Place>(fan, 'Ticket', { ticketId });
    expect({ status, pass: typeof admissionToken }).toEqual({ status: 'ADMITTED', pass: 'string' });

    const seatIds = map.seats.slice(0, 2).map(({ id }) => id);
    const wish = { scheduleId, seatIds, admissionToken: place['queuePosition']!.admissionToken };
    const hold = await ask<{ reservationId: string; total: number }>(fan, 'Hold', {
      input: { ...wish, idempotencyKey: 'hold-1' },
    });
    expect(hold.total).toBe(600);
    expect(await ask(fan, 'Hold', { input: { ...wish, idempotencyKey: 'hold-2' } })).toMatchObject({
      seatIds,
    });
    await seats.until(({ seatsChanged }) => seatsChanged!.seats.some(({ id }) => id === seatIds[0]));
    seats.stop();
    // The first two seats are HELD.
    const { seatsChanged: held } = await drawn.until(({ seatsChanged }) => seatsChanged!.seatMap.version > 0);
    expect(held!.seatMap).toEqual({ since: 0, version: 2, states: null, changes: [0 * 4 + 1, 1 * 4 + 1] });
    drawn.stop();

    const charge = { amount: hold.total + 50, idempotencyKey: 'charge-1' };
    expect(await ask(fan, 'Charge', { input: charge })).toMatchObject({ balanceAfter: 650 });
    const { reservationId } = hold;
    expect(await ask(fan, 'Pay', { input: { reservationId, idempotencyKey: 'pay-1' } })).toMatchObject({
      ...{ status: 'COMPLETED', amount: 600, wallet: { balance: 50 } },
    });

    const reservation = follow<{ status: string; payment: { status: string } | null }>(fan, 'Reservation', {
      id: reservationId,
    });
    await reservation.until(({ reservationChanged }) => reservationChanged!.status === 'CONFIRMED');
    expect(await ask(fan, 'Cancel', { id: reservationId })).toMatchObject({ status: 'CANCELLED' });
    await reservation.until(({ reservationChanged }) => reservationChanged!.payment?.status === 'REFUNDED');

    const { refreshToken } = session;
    const refreshed = await ask<Session>(visitor, 'Refresh', { refreshToken });
    const again = await ask<Session>(visitor, 'Refresh', { refreshToken });
    expect(again.refreshToken).toBe(refreshed.refreshToken);
    await new Api(system.url, refreshed.accessToken).ask('{ me { id } }');
    expect(examples.left()).toEqual([]);
  }, 60_000);
});

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string };
}
interface OpenedMap {
  readonly layout: string;
  readonly version: number;
}
interface SeatMap {
  readonly seats: readonly { readonly id: string }[];
}
interface Place {
  readonly status: string;
  readonly admissionToken: string | null;
}

async function solve(json: string): Promise<string> {
  const challenge = JSON.parse(json) as Challenge;
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}
