import 'graphiql/setup-workers/vite';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useMemo } from 'react';
import { createClient } from 'graphql-ws';
import { useSearch } from 'wouter';
import { usableToken } from '../../api/refresh-session.ts';
import { useTitle } from '../../design/use-title.ts';
import 'graphiql/style.css';

const authorization = async (): Promise<Record<string, string>> => {
  const token = await usableToken();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

/** Queries the API by hand with the user's own token, subscriptions included. An address may name a query (`?query=`). */
export function ExplorerPage() {
  const query = new URLSearchParams(useSearch()).get('query');
  useTitle('GraphiQL');
  const fetcher = useMemo(
    () =>
      createGraphiQLFetcher({
        url: '/graphql',
        fetch: async (input: RequestInfo | URL, init?: RequestInit) =>
          fetch(input, {
            ...init,
            headers: { ...Object.fromEntries(new Headers(init?.headers)), ...(await authorization()) },
          }),
        wsClient: createClient({
          url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
          connectionParams: authorization,
        }),
      }),
    [],
  );
  return (
    <div className="explorer">
      <GraphiQL
        fetcher={fetcher}
        defaultQuery="{ me { id name role } }"
        {...(query !== null && { initialQuery: query })}
      />
    </div>
  );
}
