/**
 * A balance as a GraphQL Int, whose limit is 2^31 - 1. Charges stop below it, but refunds are never refused. A fan who fills the
 * wallet between payment and refund therefore has more than the limit; the API then shows the limit, and the fan can spend all of
 * it.
 */
export const toInt = (balance: number): number => Math.min(balance, 2 ** 31 - 1);
