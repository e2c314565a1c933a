/** Where the API is, for HTTP, WebSocket and Server-Sent Events alike. */
export const apiPath = '/graphql';

/**
 * Whether a request is for the API. Express finds that out for what comes by HTTP, but does not see what becomes a WebSocket: this
 * is the same, in any case and with or without a slash at the end.
 */
export const isForApi = (url: string | undefined): boolean => /^\/graphql\/?(\?|$)/i.test(url ?? '');
