import type { KeyPurpose, SigningKeys } from '@frontrow/kit/signing-keys';
import type { Ticket } from './domain/ticket.ts';

/** A pass ends with its admission, which lasts for at most a day. */
export const passKeys: KeyPurpose = { name: 'admission-passes', tokensLiveMs: 24 * 60 * 60_000 };

const seconds = (instant: Date) => Math.floor(instant.getTime() / 1_000);

/**
 * The signed pass with which the ticket's fan may call holdSeats while the admission lasts (JWT, RFC 7519, EdDSA); null when the ticket
 * is not ADMITTED. `concerts` verifies it with the published key alone. Its end is rounded down, so it never outlives the admission.
 */
export async function admissionPass(keys: SigningKeys, ticket: Ticket, now: Date): Promise<string | null> {
  if (ticket.status !== 'ADMITTED' || ticket.expiresAt <= now) return null;
  return keys.sign({
    iss: 'frontrow/queue',
    aud: 'frontrow/concerts',
    sub: ticket.userId,
    concert: ticket.concertId,
    jti: ticket.id,
    iat: seconds(now),
    exp: seconds(ticket.expiresAt),
  });
}
