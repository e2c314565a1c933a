/**
 * A balance as a GraphQL Int, whose limit is 2^31 - 1. Charges stop below it, but refunds are never refused: a fan who
 * fills up the wallet between payment and refund shows this much, and has all of it.
 */
export const toInt = (balance: number): number => Math.min(balance, 2 ** 31 - 1);
