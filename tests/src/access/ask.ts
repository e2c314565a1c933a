import { signatureHeader, signRequest } from '@frontrow/kit/request-signature';
import type { Answer, Api } from '@frontrow/stack/api';
import type { Subgraph } from '@frontrow/stack/layout';
import { getNamedType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLField } from 'graphql';
import { selectionOf } from './sight.ts';
import type { Root } from './table.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Asks for everything that a root field leads to; for a mutation, only for the kind of its answer. */
export function operationOf(root: Root, field: GraphQLField<unknown, unknown>, given: Arguments): string {
  const used = field.args.filter(({ name }) => name in given);
  const declared = used.map(({ name, type }) => `$${name}: ${type.toString()}`);
  const passed = used.map(({ name }) => `${name}: $${name}`);
  const brackets = (parts: string[]) => (parts.length === 0 ? '' : `(${parts.join(', ')})`);
  const to = getNamedType(field.type);
  let selection = '';
  if (isUnionType(to)) selection = '{ __typename ... on Refusal { code } }';
  else if (isObjectType(to)) selection = `{ ${selectionOf(to)} }`;
  return `${root.toLowerCase()} ${brackets(declared)} { ${field.name}${brackets(passed)} ${selection} }`;
}

const headersOf = (api: Api) => ({
  'content-type': 'application/json',
  ...(api.token !== undefined && { authorization: `Bearer ${api.token}` }),
});

/** The first result of a subscription, or its refusal, which may come as JSON or in the stream. */
export async function firstOf(
  api: Api,
  query: string,
  variables: Arguments,
): Promise<Answer<Record<string, unknown>>> {
  const response = await fetch(api.url, {
    method: 'POST',
    headers: { ...headersOf(api), accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const [, json] = /^data: ?(\{.*)\n/m.exec(text) ?? [];
    if (json !== undefined) return JSON.parse(json) as Answer<Record<string, unknown>>;
  }
  return JSON.parse(text) as Answer<Record<string, unknown>>;
}

/** Asks a subgraph in the way that the gateway does. */
export async function askSubgraph(
  [subgraph, url, secret]: readonly [Subgraph, string, string],
  api: Api,
  query: string,
  variables: Arguments,
): Promise<Answer<{ _entities: readonly (Record<string, unknown> | null)[] }>> {
  const body = JSON.stringify({ query, variables });
  const headers = headersOf(api);
  const signed = { subgraph, authorization: headers.authorization, client: undefined, body };
  const signature = signRequest(secret, signed, new Date());
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, [signatureHeader]: signature },
    body,
  });
  return (await response.json()) as Answer<{ _entities: readonly (Record<string, unknown> | null)[] }>;
}
