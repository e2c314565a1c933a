/**
 * Marks a subgraph's answer to a request of which nothing was executed: the gateway may then ask another replica, whatever the request
 * was, and nothing is done twice.
 */
export const notExecutedHeader = 'frontrow-not-executed';
