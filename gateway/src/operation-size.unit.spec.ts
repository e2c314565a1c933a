import { jest } from '@jest/globals';
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { sizeOf } from './operation-size.ts';

const schema = buildSchema(`
  type Query { me: User concerts(first: Int = 20): Concerts! schedule: Schedule found: Found }
  type Mutation { logIn(name: String): Boolean enter: Ticket }
  type User { name: String friends: [User!] }
  type Concerts { edges: [Edge!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! }
  type Edge { node: Concert! }
  type Concert { title: String schedules: [Schedule!]! }
  type Schedule { seats: [Seat!]! }
  type Seat { price: Int }
  type Ticket { id: ID }
  union Found = User | Concert`);

function measure(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const operation = getOperationAST(document);
  expect(validate(schema, document)).toEqual([]);
  return sizeOf(schema, document, operation!, variables);
}

describe("an operation's size", () => {
  it('counts objects, not their leaves', () => {
    expect(measure('{ me { name } }')).toEqual({ depth: 2, aliases: 0, selections: 2, cost: 1 });
  });

  it('multiplies what is in a list by the page that was asked for', () => {
    // The connection, then n edges with a node each.
    expect(measure('{ concerts { edges { node { title } } } }').cost).toBe(1 + 20 * 2);
    expect(measure('{ concerts(first: 5) { edges { node { title } } } }').cost).toBe(1 + 5 * 2);
    const query =
      'query ($n: Int) { concerts(first: $n) { edges { node { title } } pageInfo { hasNextPage } } }';
    expect(measure(query, { n: 7 }).cost).toBe(1 + 7 * 2 + 1);
    expect(measure(query).cost).toBe(1 + 20 * 2 + 1);
  });

  it('charges nothing for pages that the subgraph will refuse, and never a negative amount', () => {
    expect(measure('{ concerts(first: 2000000000) { edges { node { title } } } }').cost).toBe(1 + 100 * 2);
    expect(measure('{ concerts(first: -5) { edges { node { title } } } }').cost).toBe(1 + 1 * 2);
  });

  it('knows that a seat map is long', () => {
    expect(measure('{ schedule { seats { price } } }').cost).toBe(1 + 1_000);
    expect(measure('{ concerts { edges { node { schedules { seats { price } } } } } }').cost).toBeGreaterThan(
      50_000,
    );
  });

  it('charges for each mutation', () => {
    expect(measure('mutation { a: logIn b: logIn enter { id } }')).toEqual({
      depth: 2,
      aliases: 2,
      selections: 4,
      cost: 3_001,
    });
  });

  it('counts the fields of a fragment each time that it is spread', () => {
    expect(
      measure(`
        { me { ...A friends { ...A } } }
        fragment A on User { alias: name ... on User { friends { name } } }`),
    ).toEqual({ depth: 4, aliases: 2, selections: 1 + 5 + (1 + 5), cost: 1 + 10 + 10 * (1 + 10) });
  });

  it('counts a selection that has a condition as ten', () => {
    expect(measure('{ me @include(if: true) { ... @skip(if: false) { name } } }').selections).toBe(
      10 + 10 + 1,
    );
  });

  it('adds up the members of a union', () => {
    expect(
      measure('{ found { ... on User { friends { name } } ... on Concert { schedules { __typename } } } }')
        .cost,
    ).toBe(1 + 10 + 5);
  });

  it('measures fragments that spread fragments once each, however often they are spread', () => {
    const count = 16;
    const fragments = Array.from(
      { length: count },
      (_, n) => `fragment F${n} on User { a: friends { ...F${n + 1} } b: friends { ...F${n + 1} } }`,
    );
    const document = parse(`{ me { ...F0 } } ${fragments.join(' ')} fragment F${count} on User { name }`);
    const spread = jest.spyOn(schema, 'getType');
    const size = sizeOf(schema, document, getOperationAST(document)!, {});
    expect(spread).toHaveBeenCalledTimes(1 + 2 * count);
    expect(size.cost).toBeGreaterThan(20 ** count);
    expect(size.selections).toBeGreaterThan(2 ** count);
  });
});
