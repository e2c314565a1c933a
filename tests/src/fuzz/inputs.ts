import { Random } from '@frontrow/kit/testing/random';
import type { GraphQLSchema } from 'graphql';
import { stages } from '../testing/cut-connections.ts';
import type { Stage } from '../testing/cut-connections.ts';
import { accepts, bytes, contentTypes, forms, nesting, textFrames } from './junk.ts';
import { randomOperation } from './operations.ts';
import type { Operation } from './operations.ts';
import type { World } from './values.ts';

export type Who = 'fan' | 'rival' | 'operator' | 'nobody';

interface Common {
  readonly kind: string;
  readonly who: Who;
}
export interface HttpInput extends Common {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  /** The query string, which follows the path. */
  readonly search: string;
  readonly body: string | Buffer | undefined;
}
export interface WebSocketInput extends Common {
  /** Whether the connection begins with a connection_init, as the protocol requires. */
  readonly isGreeted: boolean;
  readonly frames: readonly (string | Buffer)[];
}
/** What a client sends before it is cut off. */
export interface CutInput extends Common {
  readonly stage: Stage;
  readonly isReset: boolean;
}
export type Input = HttpInput | WebSocketInput | CutInput;

const kinds = [
  ...['query', 'query', 'query', 'query', 'mutation', 'mutation', 'mutation', 'get', 'event stream'],
  ...[
    'WebSocket',
    'WebSocket text',
    'WebSocket binary',
    'junk',
    'form',
    'nesting',
    'content type',
    'cut',
    'cut off',
  ],
] as const;

/** These kinds are rare, because they take long. */
const rareKinds = ['oversized', 'headers'] as const;

const json = { 'content-type': 'application/json' };
/** The input with this number. It follows from the seed, the number and the things that can be bought. */
export function inputOf(seed: number, number: number, schema: GraphQLSchema, world: World): Input {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  const kind = random.next() < 0.02 ? random.pick(rareKinds) : random.pick(kinds);
  const who = random.pick(['fan', 'fan', 'rival', 'operator', 'operator', 'nobody'] as const);
  const common = { kind, who };
  const post = (body: string | Buffer, headers: Record<string, string> = json): HttpInput => ({
    ...{ ...common, method: 'POST', search: '', body },
    headers: { ...headers, ...(random.next() < 0.1 && { accept: random.pick(accepts) }) },
  });
  const operation = (of: Parameters<typeof randomOperation>[3]) => randomOperation(random, schema, world, of);
  switch (kind) {
    case 'query':
    case 'mutation':
      return post(bodyOf(operation(kind)));
    case 'get': {
      const { query, variables } = operation(random.pick(['query', 'query', 'query', 'mutation'] as const));
      const search = `?${new URLSearchParams({ query: query.slice(0, 6_000), variables: variables.slice(0, 2_000) }).toString()}`;
      return { ...common, method: 'GET', headers: json, search, body: undefined };
    }
    case 'event stream':
      return post(bodyOf(operation(random.pick(['subscription', 'subscription', 'query'] as const))), {
        ...json,
        accept: 'text/event-stream',
      });
    case 'WebSocket': {
      const of = random.pick(['subscription', 'subscription', 'query', 'mutation'] as const);
      const subscribe = `{"id":"1","type":"subscribe","payload":${bodyOf(operation(of))}}`;
      const again = random.next() < 0.1 ? [subscribe] : [];
      return { ...common, isGreeted: random.next() < 0.95, frames: [subscribe, ...again] };
    }
    case 'WebSocket text':
      return { ...common, isGreeted: random.next() < 0.7, frames: textFrames(random) };
    case 'WebSocket binary': {
      const frames = Array.from({ length: random.between(1, 5) }, () =>
        bytes(random, random.between(0, 2_000)),
      );
      return { ...common, isGreeted: random.next() < 0.7, frames };
    }
    case 'junk':
      return post(bytes(random, random.between(0, 5_000)));
    case 'form':
      return post(random.pick(forms));
    case 'nesting':
      return post(nesting(random));
    case 'content type':
      return { ...post(bodyOf(operation('query')), { 'content-type': random.pick(contentTypes) }) };
    case 'cut': {
      const body = bodyOf(operation('query'));
      return post(Buffer.from(body).subarray(0, random.between(0, body.length)));
    }
    case 'cut off': {
      const all = Object.values(stages(random.pick(world['scheduleId'] ?? [''])));
      return { ...common, stage: random.pick(all), isReset: random.next() < 0.8 };
    }
    case 'oversized':
      return post(
        JSON.stringify({
          query: `{ concerts(search: "${'x'.repeat(random.between(2e5, 2e6))}") { __typename } }`,
        }),
      );
    case 'headers':
      return {
        ...post(bodyOf(operation('query')), {
          ...json,
          'x-forwarded-for': 'é, ,',
          traceparent: '00-0-0',
          'x-big': 'x'.repeat(9_000),
        }),
        method: random.pick(['POST', 'PUT'] as const),
      };
  }
}

const bodyOf = ({ query, variables }: Operation) =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;
