import { refuse } from '@frontrow/kit/refusal';
import { claimsOf } from '@frontrow/kit/token';
import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { ScheduleOnSale } from '../domain/sale.ts';

/** An admission pass, as the queue signs it. */
const pass = {
  issuer: 'frontrow/queue',
  audience: 'frontrow/concerts',
  claims: z.object({
    /** The fan. */
    sub: z.uuid(),
    /** The ticket. */
    jti: z.uuid(),
    concert: z.uuid(),
    /** When the admission ends, in s since 1970. */
    exp: z.number(),
  }),
};

/**
 * Whether the token admits this fan to this sale now, and with which ticket. The token cannot say whether its ticket has ended;
 * see `admissionEnded`.
 * @throws SERVICE_UNAVAILABLE while the queue's public keys are not available
 */
export async function checkPass(
  passKeys: JWTVerifyGetKey,
  token: string,
  userId: string,
  sale: ScheduleOnSale,
  now: Date,
) {
  const claims = await claimsOf(token, passKeys, pass);
  // Verifying a token allows for clocks that differ by a few seconds, but the next fan is admitted exactly when this admission is
  // over.
  const isOver = claims !== null && claims.exp * 1_000 <= now.getTime();
  if (claims === null || isOver) return notAdmitted('The admission token is not valid, or it has expired.');
  if (claims.sub !== userId) return notAdmitted('The admission token is for another fan.');
  if (claims.concert !== sale.concertId) return notAdmitted('The admission token is for another concert.');
  return { ticketId: claims.jti };
}

/** The refusal of a pass whose ticket has ended. */
export const admissionEnded = () => notAdmitted('The admission has ended.');

const notAdmitted = (message: string) => refuse('NOT_ADMITTED', message);
