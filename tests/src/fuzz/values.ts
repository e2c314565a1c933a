import type { Random } from '@frontrow/kit/testing/random';
import { getNullableType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { GraphQLInputObjectType, GraphQLInputType } from 'graphql';

/** A value as it is written in a document and in the JSON of variables. It may be invalid in either. */
export interface Written {
  readonly literal: string;
  readonly json: string;
}

/** Ids and tokens that exist, by the names of arguments and fields that take them. */
export type World = Readonly<Record<string, readonly string[]>>;

const alike = (text: string): Written => ({ literal: text, json: text });
const text = (value: string): Written => alike(JSON.stringify(value));

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Odd values of the right type for numbers or texts, which therefore reach the services. */
const oddIntegers = ['-1', '-0', '0', '2147483647', '-2147483648', '16777217'].map(alike);
const oddNumbers = [...oddIntegers, ...['1e308', '-1e-308', '5e-324', '0.1', '4294967296.5'].map(alike)];
const oddTexts = [
  ...['', ' ', '\0', 'a\0b', '\ud800', '\udfff\ud800', '__proto__', '🎸', "' OR 1=1 --", '%_\\', '\r\nX: y'],
  ...[
    '9999-12-31T23:59:59-14:00',
    '10000-01-01T00:00:00.000Z',
    '+010000-01-01T00:00:00.000Z',
    '1e999',
    'NaN',
  ],
  ...[
    '0000-00-00T00:00:00Z',
    '1969-12-31T23:59:60Z',
    '\u202e',
    '../../etc/passwd',
    'eyJhbGciOiJub25lIn0.e30.',
  ],
  ...['WzFd', 'bnVsbA==', 'x'.repeat(300), 'é'.repeat(20_000), 'x'.repeat(200_000), 'ﷺ'.repeat(200)],
].map(text);
const odd: readonly Written[] = [
  ...[...oddNumbers, ...oddTexts],
  ...['null', 'true', '2147483648', '-2147483649', '9007199254740993', '1e21', '1e999', '-1e999'].map(alike),
  ...['9'.repeat(400), 'NaN', 'Infinity', '[]', '{}', '[[[[1]]]]', '[null]', nested('[', ']', 200)].map(
    alike,
  ),
  { literal: '{__proto__: {a: 1}}', json: '{"__proto__":{"a":1}}' },
  { literal: '{constructor: {prototype: 1}}', json: '{"constructor":{"prototype":1}}' },
  { literal: 'FAN', json: '"FAN"' },
  { literal: '"""\n block \\""" \n"""', json: '" block "' },
  { literal: `${'{a: '.repeat(100)}1${'}'.repeat(100)}`, json: `${'{"a":'.repeat(100)}1${'}'.repeat(100)}` },
];
const oddOf: Readonly<Record<string, readonly Written[]>> = {
  ...{ Int: oddIntegers, Float: oddNumbers, ID: oddTexts, String: oddTexts, DateTime: oddTexts },
};

const someIntegers = [0, 1, 2, 3, 20, 100, 101, 2_000_000];
/** Integers by the names of arguments that take them. */
const integersFor: Readonly<Record<string, readonly number[]>> = {
  ...{ count: [1, 2], amount: [1, 500, 10_000_000], maxSeatsPerFan: [1, 4, 10], admissionSeconds: [30, 600] },
  ...{ maxActive: [1_000, 100_000], first: [1, 5, 20], rows: [1, 3], seatsPerRow: [1, 5], price: [0, 100] },
};
const rightIntegers = (names: readonly string[]) =>
  names.map((name) => integersFor[name]).find((values) => values !== undefined) ?? [1, 2, 100];

/** Values for arguments: most are what the argument requires, the others are anything. */
export class Values {
  readonly #random: Random;
  readonly #world: World;
  /** How odd the values are, from 0 (all are valid) to 1. */
  readonly #oddness: number;

  constructor(random: Random, world: World, oddness: number) {
    this.#random = random;
    this.#world = world;
    this.#oddness = oddness;
  }

  /** @param names what the value is for, the most specific name first */
  for(type: GraphQLInputType, ...names: string[]): Written {
    const chance = this.#random.next() / this.#oddness; // without oddness, never small
    if (chance < 0.03) return this.#random.pick(odd);
    if (chance < 0.15) {
      const fitting = oddOf[getNullableType(type).toString()];
      if (fitting !== undefined) return this.#random.pick(fitting);
    }
    if (!isNonNullType(type) && this.#random.next() < 0.1 * this.#oddness) return alike('null');
    return this.#fitting(getNullableType(type), names);
  }

  #fitting(type: GraphQLInputType, names: string[]): Written {
    if (isListType(type)) {
      const of = type.ofType;
      const isRight = this.#oddness === 0;
      const items = Array.from({ length: this.#random.between(isRight ? 1 : 0, 3) }, () =>
        this.for(of, ...names),
      );
      // A valid call never names a seat twice.
      const given = isRight ? [...new Map(items.map((item) => [item.json, item])).values()] : items;
      const written = (by: keyof Written) => `[${given.map((item) => item[by]).join(', ')}]`;
      return { literal: written('literal'), json: written('json') };
    }
    if (isEnumType(type)) {
      const { name } = this.#random.pick(type.getValues());
      return { literal: name, json: JSON.stringify(name) };
    }
    if (isInputObjectType(type)) return this.#object(this.#fieldsOf(type));
    const known = names.map((name) => this.#world[name]).find((values) => values !== undefined);
    switch (type.toString()) {
      case 'ID':
        return text(this.#random.pick(known ?? Object.values(this.#world).flat()));
      case 'Int':
        return alike(String(this.#random.pick(this.#oddness === 0 ? rightIntegers(names) : someIntegers)));
      case 'Float':
        return alike(
          String(this.#random.pick(this.#oddness === 0 ? [50, 5_000] : [0.001, 0.5, 1, 5_000, 1e-300])),
        );
      case 'Boolean':
        return alike(String(this.#random.next() < 0.5));
      case 'DateTime':
        return text(new Date(1.8e12 + this.#random.between(-1e9, 1e9)).toISOString());
      default:
        return text(this.#random.pick(known ?? ['a', 'A', 'Story', `key-${this.#random.between(0, 99)}`]));
    }
  }

  /** The fields that may be given together: only one of the two ways to choose seats. */
  #fieldsOf(type: GraphQLInputObjectType) {
    const fields = Object.values(type.getFields());
    if (this.#oddness > 0) return fields;
    const choice = fields.filter(({ name }) => name === 'seatIds' || name === 'bestAvailable');
    const chosen = choice.length === 0 ? undefined : this.#random.pick(choice);
    return fields.filter((field) => !choice.includes(field) || field === chosen);
  }

  #object(fields: readonly { name: string; type: GraphQLInputType }[]): Written {
    const isNeeded = ({ name, type }: { name: string; type: GraphQLInputType }) =>
      isNonNullType(type) || name === 'seatIds' || name === 'bestAvailable';
    const given = fields.filter(
      (field) => this.#random.next() < (isNeeded(field) ? 1 - 0.02 * this.#oddness : 0.5),
    );
    const values = given.map(({ name, type }) => ({ name, value: this.for(type, name) }));
    if (this.#random.next() < 0.04 * this.#oddness)
      values.push({ name: '__proto__', value: this.#random.pick(odd) });
    return {
      literal: `{${values.map(({ name, value }) => `${name}: ${value.literal}`).join(', ')}}`,
      json: `{${values.map(({ name, value }) => `"${name}":${value.json}`).join(',')}}`,
    };
  }
}
