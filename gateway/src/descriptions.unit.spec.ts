import { readFileSync } from 'node:fs';
import { buildSchema, parse, printSchema, visit } from 'graphql';
import { apiSchemaOf } from './testing/api-schema.ts';
import type { ASTNode, GraphQLSchema } from 'graphql';

/** Everything without a description: types, fields, input fields, enum values, and arguments as `Type.field.name`. */
function undescribed(schema: GraphQLSchema): string[] {
  const found: string[] = [];
  const path: string[] = [];
  const enter = (node: ASTNode) => {
    if (!('name' in node) || node.name === undefined || !('description' in node)) return;
    path.push(node.name.value);
    if (!node.description?.value.trim()) found.push(path.join('.'));
  };
  const leave = (node: ASTNode) => {
    if ('name' in node && node.name !== undefined && 'description' in node) path.pop();
  };
  visit(parse(printSchema(schema)), { enter, leave });
  return found;
}

describe('the composed API', () => {
  it('describes each of its parts', async () => {
    const supergraph = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');
    expect(undescribed(await apiSchemaOf(supergraph))).toEqual([]);
  });
});

describe('a search for what has no description', () => {
  it('names types, fields, arguments, input fields and enum values', () => {
    const api = buildSchema(`
      type Query { "Seats." seats(first: Int, "Of it." section: String): [Seat] }
      "A seat." type Seat { id: ID }
      union Found = Seat
      "Where it stands." enum Status { HELD "Paid." SOLD }
      "What is wanted." input Hold { seatId: ID }`);
    const expected = ['Query', 'Query.seats.first', 'Seat.id', 'Found', 'Status.HELD', 'Hold.seatId'];
    expect(undescribed(api)).toEqual(expected);
  });
});
