// What `npm run codegen` makes of the storefront's *.graphql files, besides types: the text of each operation with its
// fragments, exactly as Apollo Client sends it, so that its hash is known beforehand.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InMemoryCache } from '@apollo/client/cache/index.js';
import { Kind, parse, print, visit } from 'graphql';

/** @returns the files below the folder in the shape that graphql-codegen takes, with `__typename` where Apollo asks for it */
export function readDocuments(folder) {
  const cache = new InMemoryCache();
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.graphql'))
    .sort()
    .map((path) => ({
      location: path,
      document: cache.transformDocument(
        parse(readFileSync(join(folder, path), 'utf8'), { noLocation: true }),
      ),
    }));
}

/** One `TypedDocumentNode` for each operation: `ConcertsDocument`, `LogInDocument` … */
export function typedDocuments(files) {
  const documents = [...textsOf(files)].map(([name, { kind, text }]) => {
    const types = `${name}${kind}, ${name}${kind}Variables`;
    return `export const ${name}Document = parse(\`${text}\`) as TypedDocumentNode<${types}>;`;
  });
  const imports = `import type { TypedDocumentNode } from '@apollo/client';\nimport { parse } from 'graphql';`;
  return [imports, ...documents].join('\n\n');
}

/** @returns what TRUSTED_DOCUMENTS names: each document by the SHA-256 of its text */
export function trustedDocuments(files) {
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  return Object.fromEntries([...textsOf(files).values()].map(({ text }) => [hash(text), text]));
}

function textsOf(files) {
  const definitions = files.flatMap(({ document }) => document.definitions);
  const fragments = new Map(
    definitions
      .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const withFragments = (definition, found = new Map()) => {
    visit(definition, {
      FragmentSpread({ name: { value } }) {
        if (found.has(value)) return;
        found.set(value, fragments.get(value));
        withFragments(fragments.get(value), found);
      },
    });
    return found;
  };
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return new Map(
    operations.map((operation) => {
      const kind = operation.operation[0].toUpperCase() + operation.operation.slice(1);
      const document = {
        kind: Kind.DOCUMENT,
        definitions: [operation, ...withFragments(operation).values()],
      };
      return [operation.name.value, { kind, text: print(document) }];
    }),
  );
}
