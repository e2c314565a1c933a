import { createHmac } from 'node:crypto';

export const signatureHeader = 'frontrow-signature';

/**
 * What lets a receiver tell our requests from anybody's, and new ones from replayed ones: `t=<seconds since 1970>,v1=<hex
 * HMAC-SHA-256 of "<t>.<body>">`. docs/deliveries/README.md tells receivers how to check it.
 */
export function sign(secret: string, body: string, now: Date): string {
  const time = String(Math.floor(now.getTime() / 1_000));
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
