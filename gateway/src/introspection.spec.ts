import { buildClientSchema, getIntrospectionQuery, printType } from 'graphql';
import { startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';
import type { GatewayUnderTest } from './testing/stand.ts';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  const users = await startSubgraph('users');
  gateway = await startGatewayUnderTest({ USERS_URL: users.url });
});
afterAll(stopAll);

const ask = async (query: string, variables?: object) => (await gateway.query(query, { variables })).body;

describe('introspection', () => {
  it('answers everything that generators of code ask for', async () => {
    const { data, errors } = await ask(
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    );
    expect(errors).toBeUndefined();
    expect(printType(buildClientSchema(data).getType('Window')!)).toContain('from: DateTime');
  });

  it('says whether an input type takes exactly one of its fields', async () => {
    expect(
      await ask('query ($name: String!) { __type(name: $name) { name isOneOf } }', { name: 'Window' }),
    ).toEqual({
      data: { __type: { name: 'Window', isOneOf: false } },
    });
  });

  it('may stand beside other fields, and keeps the order of the query', async () => {
    const { data } = await ask(
      `query One($yes: Boolean = true) { a: __typename ...Schema slow(ms: 1) none: __schema @skip(if: $yes) { ...Root } last: __type(name: "No") { isOneOf } }
       fragment Schema on Query { __schema { ...Root } ... on Query { b: __schema { types { ...Name } } } }
       fragment Root on __Schema { queryType { ...Name } } fragment Name on __Type { isOneOf }`,
    );
    expect(Object.keys(data)).toEqual(['a', '__schema', 'b', 'slow', 'last']);
    expect(data).toMatchObject({
      a: 'Query',
      __schema: { queryType: { isOneOf: null } },
      slow: 'at last',
      last: null,
    });
    expect(data.b.types.length).toBeGreaterThan(5);
  });

  it('takes any alias', async () => {
    const { data } = await gateway
      .query('{ __proto__: __schema { queryType { name } } constructor: trace }')
      .then(({ body }) => body);
    expect(JSON.stringify(data)).toContain('"__proto__":{"queryType":{"name":"Query"}}');
  });
});
