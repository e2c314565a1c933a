/**
 * On a subgraph's answers to requests of which nothing was executed: the gateway may ask another replica, whatever was asked
 * for, and does nothing twice.
 */
export const notExecutedHeader = 'frontrow-not-executed';
