import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';

/** The operations that a page shows its readers. */
export interface Examples {
  /** @returns the text of the operation with this name */
  take(name: string): string;
  /** The names of operations that no test took. */
  left(): string[];
}

/** @param page its path from the root */
export function examplesOf(page: string): Examples {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
  const documents = [...text.matchAll(/^```graphql\n(.*?)^```/gms)].map(([, document = '']) => document);
  const byName = new Map(documents.map((document) => [nameOf(document), document]));
  const taken = new Set<string>();
  return {
    take: (name) => {
      const document = byName.get(name);
      if (document === undefined) throw new Error(`${page} has no example ${name}`);
      taken.add(name);
      return document;
    },
    left: () => [...byName.keys()].filter((name) => !taken.has(name)),
  };
}

function nameOf(document: string): string {
  const [operation] = parse(document).definitions;
  const name = operation?.kind === Kind.OPERATION_DEFINITION ? operation.name?.value : undefined;
  if (name === undefined) throw new Error(`an example without a name: ${document}`);
  return name;
}
