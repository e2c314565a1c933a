import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode, print } from 'graphql';
import { createClient } from 'graphql-ws';
import { from, switchMap } from 'rxjs';
import { forgetTickets, restoreTickets } from '../purchase/kept-tickets.ts';
import { refreshSession, usableToken } from './refresh-session.ts';
import { timedFetch } from './server-clock.ts';
import { currentSession, onSessionChange } from './session.ts';
import { traceparentOf } from './trace.ts';

/** Operations that need no token. A session that cannot be refreshed must not keep anybody from these. */
const tokenless = new Set([
  'Register',
  'LogIn',
  'LogOut',
  'RefreshSession',
  'RequestPasswordReset',
  'ResetPassword',
  'ConfirmEmail',
]);

const authorization = new SetContextLink(async ({ headers }, { operationName }) => {
  const token = tokenless.has(operationName ?? '') ? undefined : await usableToken();
  return { token, headers: { ...(headers as object), ...(token && { authorization: `Bearer ${token}` }) } };
});

/** Over a WebSocket there are no headers. */
const tracing = new ApolloLink((operation, forward) => {
  const traceparent = traceparentOf(operation.operationName);
  if (traceparent !== undefined) {
    if (operation.operationType === OperationTypeNode.SUBSCRIPTION) {
      operation.extensions['traceparent'] = traceparent;
    } else {
      operation.setContext(({ headers }) => ({ headers: { ...(headers as object), traceparent } }));
    }
  }
  return forward(operation);
});

/** Exchanges a token that was refused, once, and sends the operation again. */
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
  // If the session cannot be refreshed at the moment, this waits, because the subscription is on behalf of its fan.
  url: async () => {
    for (let retries = 0; ; retries++) {
      try {
        await usableToken();
        return `${location.origin.replace(/^http/, 'ws')}/graphql`;
      } catch {
        await waitToRetry(retries);
      }
    }
  },
  lazy: true,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: waitToRetry,
  connectionParams: async () => {
    const token = await usableToken();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  },
});

/**
 * Waits longer each time, up to about eight seconds, so that not all fans come back at once. It ends when the network is back.
 */
function waitToRetry(retries: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(500 * 2 ** retries, 8_000) * (0.5 + Math.random()));
    addEventListener('online', () => resolve(), { once: true });
  });
}

/**
 * Follows changes after a known state. The variables are asked for anew each time that a connection is made, and if the server
 * ends the subscription, it is started again.
 * @returns a function that stops this
 */
export function follow<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Variables,
  onData: (data: Data) => void,
): () => void {
  const payload = {
    query: print(document),
    get variables() {
      return variables();
    },
  };
  let isOver = false;
  let stop: () => void = () => undefined;
  const begin = () => {
    if (isOver) return;
    const beginAgain = () => void waitToRetry(2).then(begin);
    stop = socket.subscribe<Data>(payload, {
      next: ({ data }) => {
        if (data) onData(data);
      },
      error: beginAgain,
      complete: beginAgain,
    });
  };
  begin();
  return () => {
    isOver = true;
    stop();
  };
}

export const cache = new InMemoryCache({
  typePolicies: {
    Query: {
      fields: {
        concerts: relayStylePagination(['search']),
        // A reservation that a list has shown is used until the server has answered, so that tickets open without a network.
        reservation: (known: unknown, { args, toReference }) =>
          known === undefined
            ? toReference({ __typename: 'Reservation', id: args?.['id'] as string })
            : known,
      },
    },
    User: { fields: { reservations: relayStylePagination(['status']) } },
    Wallet: { fields: { history: relayStylePagination() } },
    // The same name exists in every hall.
    Section: { keyFields: false },
    Availability: { keyFields: false },
    WaitingRoom: { keyFields: false },
    ReservedSeat: { keyFields: false },
  },
});

export const client = new ApolloClient({
  cache,
  link: ApolloLink.from([
    tracing,
    ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      ApolloLink.from([secondTry, authorization, new HttpLink({ uri: '/graphql', fetch: timedFetch })]),
    ),
  ]),
});

/** Queries that failed because there was no network are sent again when there is one. */
export function askAgainWhenOnline(): void {
  addEventListener('online', () => {
    void client.refetchQueries({ include: 'active' }).catch(() => undefined);
  });
}

/** Another fan must see nothing of the one before, and subscriptions are started again on behalf of the new one. */
export function followSession(): void {
  let userId = currentSession()?.userId;
  restoreTickets(userId, cache);
  onSessionChange(() => {
    const now = currentSession()?.userId;
    if (now === userId) return;
    userId = now;
    forgetTickets();
    socket.terminate();
    void client.resetStore().catch(() => undefined);
  });
}
