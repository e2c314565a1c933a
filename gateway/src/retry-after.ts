import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from './context.ts';

/**
 * Puts the `retryAfterSeconds` of a subgraph's error into the header Retry-After (RFC 9110, section 10.2.3), for everything that
 * reads headers only. If an operation got nothing else, its status is that of a request that the gateway itself refused.
 */
export const retryAfter: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body, http } }) => {
        if (body.kind !== 'single') return Promise.resolve();
        const { data, errors = [] } = body.singleResult;
        const limited = errors.filter(({ extensions }) => extensions?.['code'] === 'RATE_LIMITED');
        const waits = limited.map(({ extensions }) => Number(extensions?.['retryAfterSeconds'] ?? 0));
        const seconds = Math.max(0, ...waits);
        if (seconds > 0 && !http.headers.has('retry-after')) http.headers.set('retry-after', String(seconds));
        const isAll = limited.length > 0 && limited.length === errors.length;
        if (isAll && (data === null || data === undefined)) http.status ??= 429;
        return Promise.resolve();
      },
    }),
};
