import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The header that proves that a request comes from the gateway: `t=<ms since epoch>,v1=<hex HMAC-SHA-256>`. */
export const signatureHeader = 'frontrow-signature';

/** How long a signature is good for, and how far clocks may be apart, in ms. */
const validForMs = 60_000;

/** What is signed, besides the time. */
export interface SignedRequest {
  /** The name of the subgraph that the request is for; the signature is worth nothing at another one. */
  readonly subgraph: string;
  /** The access token as the client sent it, or an empty text. */
  readonly authorization: string | undefined;
  /** The header of client.ts, or an empty text. */
  readonly client: string | undefined;
  readonly body: string | Buffer;
}

export function signRequest(secret: string, request: SignedRequest, now: Date): string {
  const time = String(now.getTime());
  return `t=${time},v1=${hmac(secret, time, request).toString('hex')}`;
}

export function isSignedByGateway(
  secret: string,
  request: SignedRequest,
  signature: string | undefined,
  now: Date,
): boolean {
  const [, time, mac] = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
  if (time === undefined || mac === undefined) return false;
  if (Math.abs(now.getTime() - Number(time)) > validForMs) return false;
  return timingSafeEqual(Buffer.from(mac, 'hex'), hmac(secret, time, request));
}

/** A process has one secret, or two. */
const keys = new Map<string, KeyObject>();
function keyOf(secret: string): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(Buffer.from(secret));
  keys.set(secret, key);
  return key;
}

// JSON keeps the parts apart. It has no line break, so the body begins after the first one.
const hmac = (secret: string, time: string, { subgraph, authorization, client, body }: SignedRequest) =>
  createHmac('sha256', keyOf(secret))
    .update(`${JSON.stringify([time, subgraph, authorization ?? null, client ?? null])}\n`)
    .update(body)
    .digest();
