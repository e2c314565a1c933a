import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLArgument, GraphQLInputField, GraphQLNamedType, GraphQLSchema } from 'graphql';

/** What of the contract is not so in the API, each difference named by its schema coordinate. */
export function contractDifferences(contract: GraphQLSchema, api: GraphQLSchema): Map<string, string> {
  const differences = new Map<string, string>();
  for (const promised of Object.values(contract.getTypeMap())) {
    if (promised.name.startsWith('__')) continue;
    const found = api.getType(promised.name);
    if (found === undefined) differences.set(promised.name, 'is missing');
    else if (found.constructor !== promised.constructor) differences.set(promised.name, 'is of another kind');
    else for (const [coordinate, what] of inType(promised, found)) differences.set(coordinate, what);
  }
  return differences;
}

function inType(promised: GraphQLNamedType, found: GraphQLNamedType): [string, string][] {
  const { name } = promised;
  if (isEnumType(promised) && isEnumType(found)) {
    const missing = promised.getValues().filter((value) => found.getValue(value.name) === undefined);
    return missing.map((value) => [`${name}.${value.name}`, 'is missing']);
  }
  if (isUnionType(promised) && isUnionType(found)) {
    const members = found.getTypes().map((member) => member.name);
    const missing = promised.getTypes().filter((member) => !members.includes(member.name));
    return missing.map((member) => [`${name} | ${member.name}`, 'is missing']);
  }
  if (isInputObjectType(promised) && isInputObjectType(found)) {
    const fields = Object.values(found.getFields());
    return [
      ...Object.values(promised.getFields()).flatMap((field) =>
        inInput(`${name}.${field.name}`, field, found.getFields()[field.name]),
      ),
      ...unexpectedlyRequired(name, Object.values(promised.getFields()), fields),
    ];
  }
  if (
    (isObjectType(promised) || isInterfaceType(promised)) &&
    (isObjectType(found) || isInterfaceType(found))
  ) {
    return Object.values(promised.getFields()).flatMap((field): [string, string][] => {
      const coordinate = `${name}.${field.name}`;
      const same = found.getFields()[field.name];
      if (same === undefined) return [[coordinate, 'is missing']];
      return [
        ...sameType(coordinate, field.type.toString(), same.type.toString()),
        ...field.args.flatMap((argument) => {
          const given = same.args.find((each) => each.name === argument.name);
          return inInput(`${coordinate}(${argument.name}:)`, argument, given);
        }),
        ...unexpectedlyRequired(coordinate, field.args, same.args),
      ];
    });
  }
  return [];
}

type Input = GraphQLArgument | GraphQLInputField;

function inInput(coordinate: string, promised: Input, found: Input | undefined): [string, string][] {
  if (found === undefined) return [[coordinate, 'is missing']];
  const [wanted = '', given = ''] = [promised, found].map((input) =>
    input.defaultValue === undefined ? 'none' : JSON.stringify(input.defaultValue),
  );
  if (wanted !== given) return [[coordinate, `has the default ${given} instead of ${wanted}`]];
  return sameType(coordinate, promised.type.toString(), found.type.toString());
}

const sameType = (coordinate: string, promised: string, found: string): [string, string][] =>
  promised === found ? [] : [[coordinate, `is ${found} instead of ${promised}`]];

// The API may have more than the contract, but nothing that a client of the contract would have to send.
const unexpectedlyRequired = (
  coordinate: string,
  promised: readonly Input[],
  found: readonly Input[],
): [string, string][] =>
  found
    .filter(({ name }) => !promised.some((input) => input.name === name))
    .filter(({ type, defaultValue }) => type.toString().endsWith('!') && defaultValue === undefined)
    .map(({ name }) => [`${coordinate}(${name}:)`, 'is required, and not in the contract']);
