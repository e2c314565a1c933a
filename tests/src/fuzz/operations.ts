import type { Random } from '@frontrow/kit/testing/random';
import { getNamedType, isCompositeType, isNonNullType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLCompositeType, GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { Values } from './values.ts';
import type { World } from './values.ts';

export interface Operation {
  readonly query: string;
  /** JSON, or something that resembles JSON. */
  readonly variables: string;
}

type Kind = 'query' | 'mutation' | 'subscription';
const deepest = 5;
/**
 * Half of all operations are valid, so the services execute them. One in four is odd in a few places, and one in four in many.
 */
const oddnesses = [0, 0, 0.1, 1] as const;

/** An operation of this kind that the contract allows, or nearly allows. */
export function randomOperation(random: Random, schema: GraphQLSchema, world: World, kind: Kind): Operation {
  const oddness = random.pick(oddnesses);
  return new Writer(random, new Values(random, world, oddness), oddness).write(schema, kind);
}

class Writer {
  readonly #random: Random;
  readonly #values: Values;
  readonly #oddness: number;
  readonly #declared: string[] = [];
  readonly #variables: string[] = [];
  readonly #fragments: string[] = [];

  constructor(random: Random, values: Values, oddness: number) {
    this.#random = random;
    this.#values = values;
    this.#oddness = oddness;
  }

  write(schema: GraphQLSchema, kind: Kind): Operation {
    const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
    const root = schema.getType(roots[kind]) as GraphQLObjectType;
    const selection = this.#selection(root, deepest, kind === 'subscription' ? 1 : 2);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    return {
      query: [`${kind} Fuzz${declared} ${selection}`, ...this.#fragments].join('\n'),
      variables: `{${this.#variables.join(',')}}`,
    };
  }

  #chance = (of: number) => this.#random.next() < of;
  /** Whether to make a mistake, which valid operations never do. */
  #mistake = (of: number) => this.#random.next() < of * this.#oddness;

  #selection(type: GraphQLCompositeType, depth: number, most: number): string {
    if (isUnionType(type)) {
      const members = type.getTypes().filter(() => this.#chance(0.8));
      const parts = members.map((member) => `... on ${member.name} ${this.#selection(member, depth, 4)}`);
      return `{ ${['__typename', ...parts].join(' ')} }`;
    }
    const fields = Object.values((type as GraphQLObjectType).getFields()).filter(
      (field) => depth > 1 || !isCompositeType(getNamedType(field.type)),
    );
    const picked = Array.from({ length: this.#random.between(1, most) }, () =>
      fields.length === 0 ? '__typename' : this.#field(this.#random.pick(fields), depth),
    );
    if (this.#mistake(0.02))
      picked.push(this.#random.pick(['nothing', '__proto__', 'constructor', 'id { id }']));
    return this.#maybeFragment(type, `{ ${picked.join(' ')} }`, depth);
  }

  #maybeFragment(type: GraphQLCompositeType, selection: string, depth: number): string {
    if (depth === deepest || !isObjectType(type) || !this.#chance(0.1)) return selection;
    if (this.#chance(0.5)) return `{ ... @include(if: ${String(this.#chance(0.8))}) ${selection} }`;
    const name = `F${this.#fragments.length}`;
    const itself = this.#mistake(0.05) ? ` ...${name}` : '';
    this.#fragments.push(`fragment ${name} on ${type.name} ${selection.slice(0, -1)}${itself} }`);
    return `{ ...${name} }`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    // The same field twice with other arguments is a conflict, so most fields with arguments get an alias.
    const alias = this.#chance(field.args.length > 0 ? 1 - 0.1 * this.#oddness : 0.1)
      ? `a${this.#random.between(0, 9_999)}: `
      : '';
    const selection = isCompositeType(type) ? ` ${this.#selection(type, depth - 1, 5)}` : '';
    return `${alias}${field.name}${this.#arguments(field)}${selection}`;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args
      .filter(({ name, type }) =>
        isNonNullType(type)
          ? !this.#mistake(0.02)
          : this.#chance(name === 'after' ? 0.4 * this.#oddness : 0.4),
      )
      .map(({ name, type }) => {
        const value = this.#values.for(type, field.name, name);
        if (this.#chance(0.5)) return `${name}: ${value.literal}`;
        const variable = `v${this.#declared.length}`;
        this.#declared.push(`$${variable}: ${this.#mistake(0.02) ? 'Int' : type.toString()}`);
        if (!this.#mistake(0.03)) this.#variables.push(`"${variable}":${value.json}`);
        return `${name}: $${variable}`;
      });
    if (this.#mistake(0.01)) given.push('nothing: 1');
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }
}
