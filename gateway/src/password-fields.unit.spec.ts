import { Kind, parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { passwordFieldsOf } from './password-fields.ts';

function count(text: string): number {
  const document = parse(text);
  const operation = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  return passwordFieldsOf(document, operation!);
}

describe('the password fields of an operation', () => {
  it.each([
    [1, 'mutation { logIn(input: {}) { __typename } }'],
    [1, 'mutation { register(input: {}) { __typename } logOut(refreshToken: "") }'],
    [2, 'mutation { register(input: {}) { __typename } logIn(input: {}) { __typename } }'],
    [3, 'mutation { a: logIn { x } b: logIn { x } ... on Mutation { logIn: logIn { x } } }'],
    [
      4,
      'mutation { ...F ...G } fragment G on Mutation { ...F } fragment F on Mutation { l: logIn { x } ... { register { x } } }',
    ],
    [1, 'mutation { logIn @skip(if: true) { x } }'],
    [0, 'mutation { logOut(refreshToken: "") }'],
    [0, '{ logIn { register } }'],
  ])('are %i in %s', (expected, text) => {
    expect(count(text)).toBe(expected);
  });

  it('are counted quickly if fragments spread fragments', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, i) => `fragment F${i} on Mutation { ...F${i + 1} ...F${i + 1} }`,
    );
    const text = ['mutation { ...F0 }', ...fragments, 'fragment F40 on Mutation { logIn { x } }'].join('\n');
    expect(count(text)).toBe(2 ** 40);
  });
});
