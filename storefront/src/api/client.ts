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

/** Operations that are answered without a token. A session that cannot be refreshed must not keep anybody from these. */
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
  // A session that cannot be refreshed at the moment is waited for: what would be followed is this fan's.
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

/** Waits longer each time, up to eight seconds or so; not that all fans come back at once. A network that is there again ends it. */
function waitToRetry(retries: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(500 * 2 ** retries, 8_000) * (0.5 + Math.random()));
    addEventListener('online', () => resolve(), { once: true });
  });
}

/**
 * Follows what goes on from something known: the variables are asked for anew each time that the connection is made, and what the
 * server ends is begun again.
 * @returns how to stop
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
        // What a list has told is shown until the server has told it anew: so tickets open without a network.
        reservation: (known: unknown, { args, toReference }) =>
          known === undefined
            ? toReference({ __typename: 'Reservation', id: args?.['id'] as string })
            : known,
      },
    },
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

/** What could not be asked for while there was no network is asked for when there is. */
export function askAgainWhenOnline(): void {
  addEventListener('online', () => {
    void client.refetchQueries({ include: 'active' }).catch(() => undefined);
  });
}

/** Another fan sees nothing of the one before, and what is followed is followed in the new one's name. */
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
