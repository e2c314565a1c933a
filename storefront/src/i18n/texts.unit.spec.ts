import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import type { GraphQLEnumType } from 'graphql';
import { faultCodes } from '../api/problem.ts';
import { en as doorEn } from '../door/i18n/en.ts';
import { ko as doorKo } from '../door/i18n/ko.ts';
import { en as operateEn } from '../operate/i18n/en.ts';
import { ko as operateKo } from '../operate/i18n/ko.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

const contract = buildSchema(
  readFileSync(new URL('../../../gateway/contract.graphql', import.meta.url), 'utf8'),
);
const refusalCodes = (contract.getType('RefusalCode') as GraphQLEnumType).getValues().map(({ name }) => name);

/** Each text, with the path of its key. */
const textsOf = (tree: object, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : textsOf(value as object, `${path}${key}.`),
  );

describe.each([
  ['English', en],
  ['Korean', ko],
])('%s', (_language, texts) => {
  it('has a sentence for each code of the contract, and for no other', () => {
    expect(Object.keys(texts.refusals).sort()).toEqual(refusalCodes.toSorted());
    expect(Object.keys(texts.faults).sort()).toEqual(faultCodes.toSorted());
    for (const sentence of [...Object.values(texts.refusals), ...Object.values(texts.faults)])
      expect(sentence).toMatch(/.{10,}[.]$/);
  });
});

describe.each([
  ['storefront', en, ko],
  ['console', operateEn, operateKo],
  ['door', doorEn, doorKo],
])('the two languages of the %s', (_pages, english, korean) => {
  it('have the same texts, which take the same values', () => {
    const valuesIn = (text: string) => (text.match(/{{\w+/g) ?? []).toSorted();
    const others = new Map(textsOf(korean));
    for (const [key, text] of textsOf(english)) {
      const other = others.get(key);
      expect(other).toBeDefined();
      // "One seat" need not contain the number, if the language has a word for it.
      if (!key.endsWith('_one')) expect([key, valuesIn(other ?? '')]).toEqual([key, valuesIn(text)]);
    }
    expect(others.size).toBe(textsOf(english).length);
  });
});
