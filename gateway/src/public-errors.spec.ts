import { startFakeSubgraph, startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';

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

  it('tells no host name, address or path when the subgraph is not there', async () => {
    const gateway = await startGatewayUnderTest({ USERS_URL: 'http://users.internal.invalid:4001/graphql' });
    const { body } = await gateway.query('{ me { id } }');
    expect(body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(JSON.stringify(body)).not.toMatch(/internal\.invalid|4001|ENOTFOUND|users|node_modules|stack/);
  });
});

describe('what a subgraph leaves out', () => {
  it('is null, and the answer does not speak of the supergraph', async () => {
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
    ['a variable of the wrong type', { query: failing, variables: { how: 7 } }],
    ['a variable that is missing', { query: failing }],
    ['an unknown operation name', { query: 'query A { trace }', operationName: 'B' }],
    ['two operations and no name', { query: 'query A { trace } query B { trace }' }],
    ['a batch', [{ query: '{ trace }' }]],
    ['text', '"{ trace }"'],
    ['no JSON', '{'],
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
