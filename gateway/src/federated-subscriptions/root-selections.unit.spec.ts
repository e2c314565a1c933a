import { getOperationAST, parse, print } from 'graphql';
import { rootSelections } from './root-selections.ts';

const selected = (text: string) => {
  const document = parse(text);
  return rootSelections(document, getOperationAST(document)!).map((selection) => print(selection));
};

describe('the selections of a root type', () => {
  it('are its fields, and the fragments that contain them', () => {
    expect(
      selected('subscription { ...A ... @skip(if: true) { two } } fragment A on Subscription { one }'),
    ).toEqual(['...A', 'one', '... @skip(if: true) {\n  two\n}', 'two']);
  });

  it('are no more than the document has, however often fragments spread fragments', () => {
    const fragments = Array.from(
      { length: 20 },
      (_, n) => `fragment F${n} on Subscription { ...F${n + 1} ...F${n + 1} }`,
    );
    const all = selected(
      `subscription { ...F0 } ${fragments.join(' ')} fragment F20 on Subscription { one }`,
    );
    expect(all).toHaveLength(1 + 2 * 20 + 1);
    expect(all).toContain('one');
  });
});
