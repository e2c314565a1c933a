import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Api } from '@frontrow/stack/api';
import { Fan } from '@frontrow/stack/fan';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  print,
  astFromValue,
} from 'graphql';
import type { GraphQLField, GraphQLInputType, GraphQLObjectType } from 'graphql';
import { startSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';

// The access table of docs/security.md, held against the contract and against the running system.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const contract = buildSchema(read('gateway/contract.graphql'));

/** The rows of the table below a heading: who gets what of each root field. */
function rowsOf(heading: string) {
  const [, section = ''] = read('docs/security.md').split(`### ${heading}\n`);
  const rows = (section.split('\n###')[0] ?? '').matchAll(/^\| `(\w+)` +\| ([^|]+?) +\| ([^|]+?) +\|/gm);
  return new Map(
    [...rows].map(([, field = '', nobody = '', anotherFan = '']) => [field, { nobody, anotherFan }]),
  );
}
const roots: [string, GraphQLObjectType][] = [
  ['Query', contract.getQueryType() as GraphQLObjectType],
  ['Mutation', contract.getMutationType() as GraphQLObjectType],
  ['Subscription', contract.getSubscriptionType() as GraphQLObjectType],
];

/** Something of that type, which leads to nothing that there is. */
function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) return [sampleOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(({ type: of }) => isNonNullType(of));
    return Object.fromEntries(fields.map(({ name, type: of }) => [name, sampleOf(of)]));
  }
  const samples: Record<string, unknown> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2027-01-01T00:00:00Z',
  };
  return type.name === 'ID' ? randomUUID() : (samples[type.name] ?? 'text');
}

function operationOf(kind: string, field: GraphQLField<unknown, unknown>): string {
  const given = field.args
    .filter(({ type }) => isNonNullType(type))
    .map(({ name, type }) => `${name}: ${print(astFromValue(sampleOf(type), type) as never)}`);
  const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
  return `${kind.toLowerCase()} { ${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''} ${selection} }`;
}

it.each(roots)('has a row for each field of %s', (kind, type) => {
  expect([...rowsOf(kind).keys()].toSorted()).toEqual(Object.keys(type.getFields()).toSorted());
});

describe('the running system', () => {
  let system: System;
  let fan: Fan;
  beforeAll(async () => {
    system = await startSystem();
    fan = await Fan.register(system.url);
  }, 120_000);
  afterAll(() => system.stop(), 30_000);

  const cases = roots
    .slice(0, 2)
    .flatMap(([kind, type]) =>
      Object.values(type.getFields()).map((field) => [field.name, kind, field] as const),
    );
  it.each(cases)('refuses %s to those to whom the table refuses it', async (name, kind, field) => {
    const expected = rowsOf(kind).get(name) ?? { nobody: 'no row', anotherFan: 'no row' };
    const operation = operationOf(kind, field);
    const codeFor = async (api: Api) => (await api.send(operation)).errors?.[0]?.extensions.code;
    const codes = { nobody: await codeFor(new Api(system.url)), anotherFan: await codeFor(fan) };
    const isRefusal = (cell?: string) => cell === 'UNAUTHENTICATED' || cell === 'FORBIDDEN';
    for (const who of ['nobody', 'anotherFan'] as const) {
      if (isRefusal(expected[who])) expect(codes[who]).toBe(expected[who]);
      else expect(isRefusal(codes[who])).toBe(false);
    }
  });
});
