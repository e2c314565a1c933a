/** The path of the API, for HTTP, WebSocket and Server-Sent Events alike. */
export const apiPath = '/graphql';

/**
 * Whether a request is for the API. Express decides that for HTTP requests, but does not see the ones that become WebSockets. This
 * function decides in the same way: in any case, with or without a slash at the end.
 */
export const isForApi = (url: string | undefined): boolean => /^\/graphql\/?(\?|$)/i.test(url ?? '');
