import { isSignedByGateway, signRequest } from './request-signature.ts';

/**
 * How the gateway subscribes at a subgraph: graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md)
 * at the address that takes its requests too, with `ws://` for `http://`. One connection carries the subscriptions of
 * many viewers, so who asks is told with each of them, and nothing is believed that is not signed:
 *
 * - `connection_init` has the payload `{ "signature": "t=…,v1=…" }`; otherwise the connection is closed with 4403.
 * - `subscribe` has, in `payload.extensions`, the viewer's `authorization` as the client sent it (absent for nobody), and a
 *   `signature` over authorization, query, operationName and variables; otherwise it is answered by `error` with the code
 *   UNAUTHENTICATED. The subgraph verifies the token itself, as it does with requests.
 * - `payload.extensions` may also have the `traceparent` of the subscriber. Like the header of a request, it is not signed.
 * - Both signatures name the subgraph that they are for.
 * - `error` ends a subscription that was refused or that failed; `complete` one that came to its end. A connection that
 *   closes says nothing about either: the gateway subscribes again, at this replica or another one.
 *
 * Signatures are those of request-signature.ts, good for a minute.
 */
export interface ConnectionPayload {
  readonly signature: string;
}

export interface SubscribedOperation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** The `extensions` of a subscribe message. */
export interface OperationExtensions {
  readonly signature: string;
  readonly authorization?: string;
  readonly traceparent?: string;
}

// No body of an HTTP request begins so: a signature made for one is worth nothing for the other.
const connectionText = 'graphql-transport-ws connection_init';
const operationText = ({ query, operationName, variables }: SubscribedOperation) =>
  `graphql-transport-ws subscribe\n${JSON.stringify([query, operationName ?? null, variables ?? null])}`;

/** What the gateway and one subgraph sign with: their secret, and the subgraph's name. */
export interface Signing {
  readonly secret: string;
  readonly subgraph: string;
}

const connectionTo = (subgraph: string) => ({
  subgraph,
  authorization: undefined,
  client: undefined,
  body: connectionText,
});

export const signConnection = ({ secret, subgraph }: Signing, now: Date): ConnectionPayload => ({
  signature: signRequest(secret, connectionTo(subgraph), now),
});

export const isSignedConnection = (
  { secret, subgraph }: Signing,
  payload: Record<string, unknown> | undefined,
  now: Date,
): boolean => isSignedByGateway(secret, connectionTo(subgraph), textIn(payload, 'signature'), now);

const operationAt = (
  subgraph: string,
  operation: SubscribedOperation,
  authorization: string | undefined,
) => ({
  subgraph,
  authorization,
  client: undefined,
  body: operationText(operation),
});

export function signOperation(
  { secret, subgraph }: Signing,
  operation: SubscribedOperation,
  authorization: string | undefined,
  now: Date,
): OperationExtensions {
  const signature = signRequest(secret, operationAt(subgraph, operation, authorization), now);
  return authorization === undefined ? { signature } : { signature, authorization };
}

/** @param extensions of the subscribe message that came with the operation */
export const isSignedOperation = (
  { secret, subgraph }: Signing,
  operation: SubscribedOperation,
  extensions: Record<string, unknown> | null | undefined,
  now: Date,
): boolean =>
  isSignedByGateway(
    secret,
    operationAt(subgraph, operation, authorizationIn(extensions)),
    textIn(extensions, 'signature'),
    now,
  );

/** To be believed once the operation has been found to be signed. */
export const authorizationIn = (extensions: Record<string, unknown> | null | undefined): string | undefined =>
  textIn(extensions, 'authorization');

/** Clients may write anything here. It only decides in which trace a span is shown. */
export const traceparentIn = (extensions: Record<string, unknown> | null | undefined): string | undefined =>
  textIn(extensions, 'traceparent');

function textIn(payload: Record<string, unknown> | null | undefined, name: string): string | undefined {
  const value = payload?.[name];
  return typeof value === 'string' ? value : undefined;
}
