import { createSourceEventStream, execute, parse } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { eventIterator } from '../event-iterator.ts';
import { newId } from '../ids.ts';
import { createLogger } from '../log.ts';
import { createSubgraphServer, subgraphSchema } from '../subgraph-server.ts';
import type { SubgraphContext } from '../subgraph-server.ts';
import type { Viewer } from '../viewer.ts';

export const aFan = (id = newId()): Viewer => viewer(id, 'FAN');
export const anOperator = (id = newId()): Viewer => viewer(id, 'OPERATOR');
export const staff = (id = newId()): Viewer => viewer(id, 'STAFF');

const viewer = (id: string, role: Viewer['role']): Viewer => ({
  id,
  role,
  sessionId: newId(),
  expiresAt: new Date(Date.now() + 900_000),
});

export interface Answer {
  // What an operation answers has the shape that the test asked for.
  readonly data: any;
  readonly errors: readonly GraphQLFormattedError[] | undefined;
}

export interface Entities extends Answer {
  /** What the gateway is told about keeping the answer. */
  readonly cacheControl: string | undefined;
}

export interface SubgraphUnderTest {
  execute(viewer: Viewer | null, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /**
   * Subscribes as the gateway does. Whoever has seen enough calls `return`.
   * @returns each event; or, as its only event, why it was refused
   */
  subscribe(
    viewer: Viewer | null,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<AsyncGenerator<Answer, void>>;
  /** Resolves entities as the gateway does: `fields` is a selection set without its braces. */
  entities(viewer: Viewer | null, typename: string, keys: object[], fields: string): Promise<Entities>;
}

/** Runs operations on a subgraph's schema as its server would, without HTTP in between. */
export function subgraphUnderTest<Context extends SubgraphContext>(
  typeDefs: string,
  resolvers: object,
  contextFor: (viewer: Viewer | null) => Context,
): SubgraphUnderTest {
  const schema = subgraphSchema(typeDefs, resolvers);
  const server = createSubgraphServer<Context>(schema, createLogger('test', 'silent'));
  const send = async (viewer: Viewer | null, query: string, variables: Record<string, unknown> = {}) => {
    const { body, http } = await server.executeOperation(
      { query, variables },
      { contextValue: contextFor(viewer) },
    );
    if (body.kind !== 'single') throw new Error('incremental delivery was not asked for');
    return { answer: overTheWire(body.singleResult), cacheControl: http.headers.get('cache-control') };
  };
  return {
    execute: async (...asked) => (await send(...asked)).answer,
    subscribe: async (viewer, query, variables = {}) => {
      const asked = { schema, document: parse(query), variableValues: variables };
      const source = await createSourceEventStream({ ...asked, contextValue: contextFor(viewer) });
      if (!(Symbol.asyncIterator in source)) return refused(overTheWire(source));
      const events = source[Symbol.asyncIterator]();
      return eventIterator<Answer>(
        async () => {
          const { done, value } = await events.next();
          if (done === true) return { done, value: undefined };
          // As the server does, each event gets a context of its own.
          const result = await execute({ ...asked, rootValue: value, contextValue: contextFor(viewer) });
          return { done: false, value: overTheWire(result) };
        },
        () => events.return?.(),
      );
    },
    entities: async (viewer, typename, keys, fields) => {
      const query = `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on ${typename} { ${fields} } }
      }`;
      const representations = keys.map((key) => ({ __typename: typename, ...key }));
      const { answer, cacheControl } = await send(viewer, query, { representations });
      return { data: answer.data?._entities, errors: answer.errors, cacheControl };
    },
  };
}

const overTheWire = (result: object): Answer => JSON.parse(JSON.stringify(result)) as Answer;

// eslint-disable-next-line @typescript-eslint/require-await -- it is an AsyncGenerator of one event
async function* refused(answer: Answer): AsyncGenerator<Answer, void> {
  yield answer;
}
