import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { from, switchMap } from 'rxjs';
import { refreshSession, usableToken } from './refresh-session.ts';
import { timedFetch } from './server-clock.ts';
import { currentSession, onSessionChange } from './session.ts';

/** Operations that are answered without a token. A session that cannot be refreshed must not keep anybody from these. */
const tokenless = new Set(['Register', 'LogIn', 'LogOut', 'RefreshSession']);

const authorization = new SetContextLink(async ({ headers }, { operationName }) => {
  const token = tokenless.has(operationName ?? '') ? undefined : await usableToken();
  return { token, headers: { ...(headers as object), ...(token && { authorization: `Bearer ${token}` }) } };
});

/** A token that was refused is exchanged once, and the operation sent again. */
const secondTry = new ErrorLink(({ error, operation, forward }) => {
  const { token, isSecond } = operation.getContext() as { token?: string; isSecond?: boolean };
  if (token === undefined || isSecond || !isUnauthenticated(error)) return;
  operation.setContext({ isSecond: true });
  return from(refreshSession(token)).pipe(switchMap(() => forward(operation)));
});

const isUnauthenticated = (error: unknown) =>
  CombinedGraphQLErrors.is(error) &&
  error.errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED');

const socket = createClient({
  url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
  lazy: true,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  connectionParams: async () => {
    const token = await usableToken();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  },
});

const reconnected = new Set<() => void>();
socket.on('connected', (_socket, _payload, wasRetry) => {
  if (wasRetry) for (const listener of reconnected) listener();
});

/** Called when the live connection is there again after it was lost. @returns how to stop that */
export function onReconnect(listener: () => void): () => void {
  reconnected.add(listener);
  return () => reconnected.delete(listener);
}

const cache = new InMemoryCache({
  typePolicies: {
    Query: { fields: { concerts: relayStylePagination(['search']) } },
    User: { fields: { reservations: relayStylePagination(['status']) } },
    Wallet: { fields: { history: relayStylePagination() } },
    // The same name stands in every hall.
    Section: { keyFields: false },
    Availability: { keyFields: false },
    WaitingRoom: { keyFields: false },
    ReservedSeat: { keyFields: false },
  },
});

export const client = new ApolloClient({
  cache,
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    ApolloLink.from([secondTry, authorization, new HttpLink({ uri: '/graphql', fetch: timedFetch })]),
  ),
});

/** Another fan sees nothing of the one before, and what is followed is followed in the new one's name. */
export function followSession(): void {
  let userId = currentSession()?.userId;
  onSessionChange(() => {
    const now = currentSession()?.userId;
    if (now === userId) return;
    userId = now;
    socket.terminate();
    void client.resetStore().catch(() => undefined);
  });
}
