import type { KeyPurpose, SigningKeys } from '@frontrow/kit/signing-keys';
import type { Ticket } from './domain/ticket.ts';

/** A pass ends with its admission, which lasts for a day at the most. */
export const passKeys: KeyPurpose = { name: 'admission-passes', tokensLiveMs: 24 * 60 * 60_000 };

const seconds = (instant: Date) => Math.floor(instant.getTime() / 1_000);

/**
 * The signed pass that opens holdSeats to the ticket's fan while the admission lasts (JWT, RFC 7519, EdDSA); null for who
 * is not admitted. `concerts` verifies it by the published key alone. Rounded down, it never outlives the admission.
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
