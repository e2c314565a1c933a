import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { apiSchemaOf } from './testing/api-schema.ts';
import { contractDifferences } from './testing/contract-differences.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

describe('the composed API', () => {
  it('is what the contract says', async () => {
    const api = await apiSchemaOf(read('supergraph.graphql'));
    const differences = contractDifferences(buildSchema(read('contract.graphql')), api);
    expect([...differences].map(([coordinate, what]) => `${coordinate} ${what}`)).toEqual([]);
  });
});

describe('a comparison with the contract', () => {
  const contract = buildSchema(`
    type Query { seats(first: Int = 20, section: String): [Seat!]! any: Found }
    type Seat { id: ID! price: Int! status: Status! }
    type Gone { id: ID! }
    union Found = Seat | Gone
    enum Status { HELD SOLD }
    input Hold { seatIds: [ID!] }`);

  it('names every difference, and lets the API have more', () => {
    const api = buildSchema(`
      type Query { seats(first: Int = 10, near: ID!): [Seat!] any: Found more: Int }
      type Seat { id: ID! price: Int status: Status! version: Int }
      union Found = Seat
      enum Status { HELD FREE }
      input Hold { seatIds: [ID] key: String! note: String }`);
    expect([...contractDifferences(contract, api)]).toEqual([
      ['Query.seats', 'is [Seat!] instead of [Seat!]!'],
      ['Query.seats(first:)', 'has the default 10 instead of 20'],
      ['Query.seats(section:)', 'is missing'],
      ['Query.seats(near:)', 'is required, and not in the contract'],
      ['Seat.price', 'is Int instead of Int!'],
      ['Gone', 'is missing'],
      ['Found | Gone', 'is missing'],
      ['Status.SOLD', 'is missing'],
      ['Hold.seatIds', 'is [ID] instead of [ID!]'],
      ['Hold(key:)', 'is required, and not in the contract'],
    ]);
  });

  it('finds none between a schema and itself', () => {
    expect(contractDifferences(contract, contract).size).toBe(0);
  });
});
