import { startFakeSubgraph, startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';
import type { GatewayUnderTest } from './testing/stand.ts';

afterEach(stopAll);

const failing = 'query ($how: String!) { failing(how: $how) }';

describe('an error of a subgraph', () => {
  it.each([
    [
      'refused',
      { message: 'input.amount must be positive.', code: 'BAD_USER_INPUT', argument: 'input.amount' },
    ],
    ['forbidden', { message: 'Only operators may do this.', code: 'FORBIDDEN' }],
    [
      'unavailable',
      { message: 'This part is not available right now. Try again.', code: 'SERVICE_UNAVAILABLE' },
    ],
    ['broken', { message: 'Something went wrong on our side.', code: 'INTERNAL_SERVER_ERROR' }],
  ])('that is %s reaches the client with its code and place', async (how, { message, ...extensions }) => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { body } = await gateway.query(failing, { variables: { how } });
    expect(body.data).toEqual({ failing: null });
    expect(body.errors).toEqual([expect.objectContaining({ message, path: ['failing'], extensions })]);
  });

  it.each(['INTERNAL_SERVER_ERROR', 'GRAPHQL_VALIDATION_FAILED', 'ER_BAD_FIELD_ERROR', undefined])(
    'with the code %s is internal, and its text stays inside even if the subgraph sent it',
    async (code) => {
      const message = `Unknown column 'x' in 'field list': SELECT x FROM users`;
      const error = { message, path: ['trace'], extensions: { code, stacktrace: ['at /app/x.js:1'] } };
      const users = await startFakeSubgraph((response) =>
        response.end(JSON.stringify({ data: { trace: null }, errors: [error] })),
      );
      const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
      const { body } = await gateway.query('{ trace }');
      expect(body).toEqual({
        data: { trace: null },
        errors: [
          {
            message: 'Something went wrong on our side.',
            path: ['trace'],
            extensions: { code: 'INTERNAL_SERVER_ERROR' },
          },
        ],
      });
    },
  );

  it('reveals no host name, address or path when the subgraph is down', async () => {
    const gateway = await startGatewayUnderTest({ USERS_URL: 'http://users.internal.invalid:4001/graphql' });
    const { body } = await gateway.query('{ me { id } }');
    expect(body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(JSON.stringify(body)).not.toMatch(/internal\.invalid|4001|ENOTFOUND|users|node_modules|stack/);
  });
});

describe('what a subgraph leaves out', () => {
  it('is null, and the answer says nothing about the supergraph', async () => {
    const concerts = await startFakeSubgraph((response) =>
      response.end('{"data":{"concert":{"title":"A"}, "concerts": {"edges":[{"node":null}]}}}'),
    );
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url });
    const { body } = await gateway.query('{ concert(id: "c1") { id title } }');
    expect(body).toEqual({ data: { concert: null } });
  });

  it('is an error when nothing is left of the answer', async () => {
    const concerts = await startFakeSubgraph((response) => response.end('{"data":{"concerts":null}}'));
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url });
    const { body } = await gateway.query('{ concerts { edges { node { id } } } }');
    expect(body.data).toBeNull();
    expect(body.errors[0].extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
  });
});

describe('an operation that the client got wrong', () => {
  it.each([
    ['a syntax error', { query: '{ me { ' }],
    ['an unknown field', { query: '{ nothing }' }],
    ['no query', { variables: {} }],
    ['an unknown operation name', { query: 'query A { trace }', operationName: 'B' }],
    ['two operations and no name', { query: 'query A { trace } query B { trace }' }],
    ['a batch', [{ query: '{ trace }' }]],
    ['text', '"{ trace }"'],
    ['no JSON', '{'],
    [
      'a variable with a name that libraries choke on',
      { query: 'query ($__proto__: Int!) { slow(ms: $__proto__) }' },
    ],
    [
      'a hash that does not match the query',
      { query: '{ trace }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
    ],
    [
      'a persisted query of another protocol',
      { extensions: { persistedQuery: { version: 2, sha256Hash: 'x' } } },
    ],
    ['a persisted query that is malformed', { query: '{ trace }', extensions: { persistedQuery: 5 } }],
  ])('by %s is refused with BAD_USER_INPUT', async (_what, request) => {
    const gateway = await startGatewayUnderTest({});
    const { status, body } = await gateway.post(request);
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors.map(({ extensions }: { extensions: object }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT' },
    ]);
  });
});

describe('an argument whose value does not have its type', () => {
  const at = 'query ($at: DateTime, $window: Window) { until(at: $at) within(window: $window) }';
  let gateway: GatewayUnderTest;
  beforeEach(async () => {
    const users = await startSubgraph('users');
    gateway = await startGatewayUnderTest({ USERS_URL: users.url });
  });

  it.each<[string, string, object]>([
    ['how', failing, { how: 7 }],
    ['how', failing, {}],
    ['how', '{ failing(how: 7) }', {}],
    ['ms', '{ slow(ms: 99999999999) }', {}],
    ['at', '{ until(at: "nope") }', {}],
    ['at', '{ until(at: 7) }', {}],
    ['at', '{ until(at: "9999-12-31T23:59:59-14:00") }', {}],
    ['at', at, { at: 'nope' }],
    ['at', at, { at: '1999-12-31T23:59:59.999Z' }],
    ['at', at, { at: ['2026-01-01T00:00:00Z'] }],
    ['at', 'query ($at: DateTime = "2101-01-01T00:00:00Z") { until(at: $at) }', {}],
    ['window.from', '{ within(window: { from: "2101-01-01T00:00:00Z" }) }', {}],
    ['window.from', at, { window: { from: 'nope' } }],
    [
      'window.from',
      'query ($from: DateTime) { ...Within } fragment Within on Query { within(window: { from: $from }) }',
      { from: '' },
    ],
    ['window.share', '{ within(window: { share: 1e999 }) }', {}],
    ['window.share', at, { window: { share: '1' } }],
  ])('is named: %s in %s, %j', async (argument, query, variables) => {
    const { status, body } = await gateway.query(query, { variables });
    expect(status).toBe(400);
    expect(body.errors[0].extensions).toEqual({
      code: 'BAD_USER_INPUT',
      // A wrong default is in the definition of a variable, which is not an argument.
      ...(!query.includes('= "') && { argument }),
    });
  });

  it('does not keep valid ones from being accepted', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const variables = {
      at: '2026-11-20T17:30:00+09:00',
      window: { from: '2100-12-31T00:00:00Z', share: 0.5 },
    };
    const { body } = await gateway.query(at, { variables });
    expect(body).toEqual({ data: { until: '2026-11-20T08:30:00.000Z', within: '2100-12-31T00:00:00.000Z' } });
  });
});
