import { serviceUnavailable } from '@frontrow/kit/errors';
import type { Client } from '@frontrow/kit/client';
import { badUserInput, forbidden, rateLimited } from '@frontrow/kit/errors';
import { scalars } from '@frontrow/kit/scalars';
import { currentTraceparent } from '@frontrow/kit/trace';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import { requireViewer } from '@frontrow/kit/viewer';
import { setTimeout as pause } from 'node:timers/promises';
import { compose } from '../composition.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;

/** How often a field was resolved. */
let asked = 0;

/** Three subgraphs, just large enough for operations that span them. */
export const smallGraph = {
  users: {
    sdl: `${link}
      type Query { me: User trace: String failing(how: String!, numbers: [Int!]): String slow(ms: Int!): String
        until(at: DateTime): DateTime within(window: Window): DateTime }
      scalar DateTime
      input Window { from: DateTime share: Float }
      type Mutation { rename(name: String!): User logIn(name: String): User register(name: String): User! }
      type User @key(fields: "id") { id: ID! role: String! name: String }`,
    resolvers: {
      ...scalars,
      Query: {
        until: (_: unknown, { at }: { at: Date }) => at,
        within: (_: unknown, { window }: { window: { from: Date } }) => window.from,
        me: (_: unknown, __: unknown, { viewer }: SubgraphContext) => viewer,
        trace: () => currentTraceparent(),
        failing: (_: unknown, { how }: { how: string }) => fail(how),
        slow: (_: unknown, { ms }: { ms: number }) => pause(ms, 'at last', { ref: false }),
      },
      Mutation: {
        rename: (_: unknown, { name }: { name: string }) => ({ id: '1', role: 'FAN', name }),
        // As what it knows of the client.
        logIn: (_: unknown, __: unknown, { client }: { client: Client | null }) => ({
          id: '1',
          role: client?.agent,
          name: client?.address,
        }),
        register: () => fail('too fast'),
      },
    },
  },
  queue: {
    sdl: `${link}
      type Query { ticket: Ticket queueTrace: String }
      type Subscription { ticketMoves(id: ID!, failing: String): Ticket! }
      type Ticket { id: ID! concert: Concert concerts: [Concert!] }
      type Concert @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: {
        ticket: () => ({ id: 't1', concert: { id: 'c1' }, concerts: [{ id: 'c1' }, { id: 'c2' }] }),
        queueTrace: () => currentTraceparent(),
      },
      Subscription: {
        ticketMoves: {
          subscribe: (
            _: unknown,
            { id, failing }: { id: string; failing?: string },
            { viewer }: SubgraphContext,
          ) => {
            if (failing !== undefined) fail(failing);
            return moves(requireViewer(viewer).id, id);
          },
          resolve: (ticket: object) => ticket,
        },
      },
    },
  },
  concerts: {
    sdl: `${link}
      directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
      enum CacheControlScope { PUBLIC PRIVATE }
      type Query { concert(id: ID!): Concert concerts(first: Int = 20): Concerts! }
      type Concerts { edges: [Edge!]! }
      type Edge { node: Concert! }
      type Concert @key(fields: "id") @cacheControl(maxAge: 60) {
        id: ID! title: String note: String @cacheControl(scope: PRIVATE) asked: Int }`,
    resolvers: {
      Query: {
        concert: (_: unknown, { id }: { id: string }) => ({ id }),
        concerts: () => ({ edges: [{ node: { id: 'c1' } }] }),
      },
      Concert: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        title: ({ id }: { id: string }) => `Concert ${id}`,
        asked: () => ++asked,
      },
    },
  },
};

/** A ticket of this fan, that moves a few times a second and never ends. */
async function* moves(fan: string, id: string) {
  for (let n = 0; ; n++) {
    yield { id: `${fan} ${id} ${n}`, concert: { id: 'c1' } };
    await pause(50, undefined, { ref: false });
  }
}

function fail(how: string): never {
  switch (how) {
    case 'refused':
      throw badUserInput('input.amount', 'must be positive.');
    case 'forbidden':
      throw forbidden();
    case 'too fast':
      throw rateLimited('Too many at a time.', 7);
    case 'unavailable':
      throw serviceUnavailable();
    default:
      throw new Error(`Unknown column 'x' in 'field list': SELECT x FROM users at db-7.internal:3306`);
  }
}

function composeSmallGraph(): string {
  const subgraphs = Object.entries(smallGraph).map(([name, { sdl }]) => ({ name, sdl }));
  const composed = compose(subgraphs);
  if ('mistakes' in composed) throw new Error(composed.mistakes.join('\n'));
  return composed.supergraphSdl;
}

/** The composition takes longer than many tests, and is always the same. */
let supergraph: string | undefined;
export const smallSupergraph = (): string => (supergraph ??= composeSmallGraph());
