import { parse, subscribe } from 'graphql';
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
    // Through JSON, as over the wire.
    const answer = JSON.parse(JSON.stringify(body.singleResult)) as Answer;
    return { answer, cacheControl: http.headers.get('cache-control') };
  };
  const execute: SubgraphUnderTest['execute'] = async (...asked) => (await send(...asked)).answer;
  return {
    execute,
    subscribe: async (viewer, query, variables = {}) => {
      const document = parse(query);
      const contextValue = contextFor(viewer);
      const answers = await subscribe({ schema, document, variableValues: variables, contextValue });
      return overTheWire('next' in answers ? answers : refused(answers));
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

const overTheWire = (answers: AsyncGenerator<unknown, void>): AsyncGenerator<Answer, void> =>
  eventIterator(
    async () => {
      const { done, value } = await answers.next();
      if (done === true) return { done, value: undefined };
      return { done: false, value: JSON.parse(JSON.stringify(value)) as Answer };
    },
    () => answers.return(),
  );

// eslint-disable-next-line @typescript-eslint/require-await -- it is an AsyncGenerator of one event
async function* refused(answer: unknown): AsyncGenerator<unknown, void> {
  yield answer;
}
