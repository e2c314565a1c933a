import type { Random } from '@frontrow/kit/testing/random';

/** JSON that is not a request, or an odd one. */
export const forms = [
  ...['null', '[]', '1', '""', '{}', '{"query":1}', '{"query":null}', '{"query":""}', '{"query":{"a":1}}'],
  ...['{"query":"{me{id}}","variables":[]}', '{"query":"{me{id}}","variables":"{}"}', '{"query":"{me{id}}",'],
  ...['{"query":"{me{id}}","operationName":{}}', '{"query":"{me{id}}","operationName":"__proto__"}'],
  ...[
    '{"query":"{me{id}}","extensions":1}',
    '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
  ],
  ...[
    '{"extensions":{"persistedQuery":{"version":9}}}',
    '{"extensions":{"persistedQuery":null}}',
    '{"__proto__":1}',
  ],
  ...[
    '{"query":"query A{me{id}} query B{me{id}}"}',
    '{"query":"query A{me{id}} query A{me{id}}","operationName":"A"}',
  ],
  `[${Array.from({ length: 50 }, () => '{"query":"{me{id}}"}').join(',')}]`,
];
export const contentTypes = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
    'nonsense',
    ';',
  ],
  ...[
    'application/json; charset=utf-16',
    'application/json; charset=x',
    'application/graphql',
    'application/xml',
  ],
];
export const accepts = [
  '*/*',
  'text/html',
  'application/json',
  'application/graphql-response+json',
  'nonsense',
  'q=;,',
];

export const bytes = (random: Random, length: number) =>
  Buffer.from(Array.from({ length }, () => random.between(0, 255)));

/** A body that is deeply nested in one of the possible ways. */
export function nesting(random: Random): string {
  const depth = random.between(20, 20_000);
  return random.pick([
    () => JSON.stringify({ query: '{a'.repeat(depth) + '}'.repeat(depth) }),
    () => `{"query":"{me{id}}","variables":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    () => `${'{"query":'.repeat(depth)}1${'}'.repeat(depth)}`,
    () => JSON.stringify({ query: `query($a:${'['.repeat(depth)}Int${']'.repeat(depth)}){me{id}}` }),
    () =>
      JSON.stringify({ query: `{concerts(search:${'['.repeat(depth)}${']'.repeat(depth)}){__typename}}` }),
  ])();
}

/** Frames for a WebSocket, valid or not, in any order. */
export function textFrames(random: Random): string[] {
  const one = () =>
    random.pick([
      ...[
        '',
        '{',
        'null',
        '[]',
        '{"type":"connection_init"}',
        '{"type":"ping"}',
        '{"type":"pong","payload":1}',
      ],
      ...[
        '{"type":"complete","id":"9"}',
        '{"type":"complete","id":{}}',
        '{"type":"next","id":"1","payload":{}}',
      ],
      ...[
        '{"type":"subscribe"}',
        '{"type":"subscribe","id":"","payload":{"query":"{me{id}}"}}',
        '{"type":"__proto__"}',
      ],
      ...[
        '{"type":"subscribe","id":"__proto__","payload":{"query":"{me{id}}"}}',
        '[[[[',
        'x'.repeat(400_000),
      ],
      ...forms.map((form) => `{"type":"subscribe","id":"2","payload":${form}}`),
    ]);
  return Array.from({ length: random.between(1, 6) }, one);
}
