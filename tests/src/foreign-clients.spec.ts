import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import type { IntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-sse';
import { admittedFan, concertOnSale, startSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

let system: System;
let sale: Sale;
/** Within the workspace, so that generated code finds its libraries. */
let folder: string;

beforeAll(async () => {
  system = await startSystem();
  sale = await concertOnSale(system);
  folder = await mkdtemp(join(import.meta.dirname, '../.foreign-'));
}, 120_000);
afterAll(async () => {
  await system.stop();
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
  it('@apollo/client asks, and is told refusals and errors', async () => {
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
      // The first time each is refused once, and registered; from then on the hash is enough.
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

  it('gql.tada makes types of the schema, by which the compiler tells right operations from wrong ones', async () => {
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
      run(process.execPath, [join(import.meta.dirname, '../../node_modules/.bin', program), ...args], {
        cwd: home,
      });
    await node('gql.tada', 'generate-output', '-c', tsconfig);
    await node('tsc', '-p', tsconfig);
  }, 120_000);
});
