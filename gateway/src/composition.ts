import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { GraphQLError, parse } from 'graphql';
import { subgraphNames } from './subgraphs.ts';

export interface SubgraphSource {
  readonly name: string;
  /** The text of its `schema.graphql`. */
  readonly sdl: string;
}

/**
 * Reads `<folder>/<name>/schema.graphql` of every subgraph that has one, in the order of the table in subgraphs.ts.
 * @throws when there is a schema that the table does not know: the gateway would not find its server
 */
export function readSubgraphs(folder: URL): SubgraphSource[] {
  const schemaOf = (name: string) => new URL(`${name}/schema.graphql`, folder);
  const present = readdirSync(folder).filter((name) => existsSync(schemaOf(name)));
  const unknown = present.filter((name) => !subgraphNames.includes(name));
  if (unknown.length > 0) throw new Error(`gateway/src/subgraphs.ts does not list ${unknown.join(', ')}`);
  return subgraphNames
    .filter((name) => present.includes(name))
    .map((name) => ({ name, sdl: readFileSync(schemaOf(name), 'utf8') }));
}

/** The supergraph, or what keeps the schemas from making one, each mistake one line. */
export function compose(
  subgraphs: readonly SubgraphSource[],
): { readonly supergraphSdl: string } | { readonly mistakes: string[] } {
  const services = [];
  const mistakes: string[] = [];
  for (const { name, sdl } of subgraphs) {
    try {
      // The address is a placeholder; the settings have the real ones. See subgraphs.ts.
      services.push({ name, typeDefs: parse(sdl), url: `http://${name}/graphql` });
    } catch (error) {
      mistakes.push(inOneLine(error, `[${name}] `));
    }
  }
  if (mistakes.length > 0) return { mistakes };
  try {
    const { errors, supergraphSdl } = composeServices(services);
    return errors === undefined
      ? { supergraphSdl: `${supergraphSdl.trimEnd()}\n` }
      : { mistakes: errors.map((error) => inOneLine(error)) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { mistakes: [inOneLine(error)] };
  }
}

function inOneLine(error: unknown, prefix = ''): string {
  if (!(error instanceof GraphQLError)) throw error;
  const message = error.message.trim().replaceAll(/\s*\n\s*/g, ' ');
  const { line } = error.locations?.[0] ?? {};
  const where = prefix !== '' && line !== undefined ? ` (line ${line})` : '';
  const code = error.extensions['code'];
  return `${prefix}${message}${where}${typeof code === 'string' ? ` [${code}]` : ''}`;
}
