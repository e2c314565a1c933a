import { GraphQLError } from 'graphql';

/** The codes of faults that the public contract knows. Refusals are not faults: they are data. */
export type FaultCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'OPERATION_TOO_COMPLEX'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

const fault = (code: FaultCode, message: string, extensions: Record<string, unknown> = {}) =>
  new GraphQLError(message, { extensions: { ...extensions, code } });

export const unauthenticated = (message = 'Log in first.') => fault('UNAUTHENTICATED', message);
export const forbidden = (message = 'Only operators may do this.') => fault('FORBIDDEN', message);
export const serviceUnavailable = (message = 'This part is not available right now. Try again.') =>
  fault('SERVICE_UNAVAILABLE', message);
export const operationTooComplex = (message: string) => fault('OPERATION_TOO_COMPLEX', message);

/** @param retryAfterSeconds when the same call may succeed; the gateway also sends it as the header Retry-After */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  fault('RATE_LIMITED', message, { retryAfterSeconds });

/** @param argument the path of the argument that is wrong, as the caller wrote it, e.g. `input.amount` */
export const badUserInput = (argument: string, what: string) =>
  fault('BAD_USER_INPUT', `${argument} ${what}`, { argument });
