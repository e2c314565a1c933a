import { createChallenge, verifySolution } from 'altcha-lib';
import type { Challenge, Payload } from 'altcha-lib/types';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { hkdfSync } from 'node:crypto';
import { z } from 'zod';

/** How long a fan has to solve a challenge and to join with it, in ms. */
const lifetimeMs = 10 * 60 * 1_000;

/** The fan whom a challenge is for, and the concert that it lets them join. */
export interface Visit {
  readonly userId: string;
  readonly concertId: string;
  /**
   * How many tickets of the concert the fan has had so far. A solution brings the fan a new ticket, which changes this number. So
   * each solution is good once, and used solutions need not be stored.
   */
  readonly ticketsBefore: number;
}

/** Gives out challenges and checks solutions. It stores neither: the signature proves that a challenge was given out here. */
export interface Challenges {
  give(visit: Visit): Promise<{ challenge: Challenge; expiresAt: Date }>;
  /** `ticketsBefore` of the solved challenge; null when the solution is wrong, has expired, or belongs to another fan or concert. */
  check(solution: string, visit: Omit<Visit, 'ticketsBefore'>): Promise<number | null>;
}

/** What `give` signs. Replicas of the release before read the user's id as `fan`, so it keeps that name here. */
const signedData = z.object({ fan: z.string(), concertId: z.string(), ticketsBefore: z.int() });
const payload = z.looseObject({
  challenge: z.looseObject({
    parameters: z.looseObject({ data: signedData, expiresAt: z.number() }),
    signature: z.string(),
  }),
  solution: z.looseObject({ counter: z.int(), derivedKey: z.string() }),
});
/** The longest solution, in characters; ALTCHA's own are shorter than a tenth of this. */
const longestSolution = 10_000;

/**
 * Proof of work by ALTCHA (https://altcha.org, version 2): find a number whose SHA-256 with the challenge begins with zeros. It
 * takes the fan's machine thousands of hashes, and this service a single one.
 * @param secret that all replicas share; the key that signs challenges is derived from it
 * @param difficulty how many hexadecimal zeros: each further one is 16 times the work
 */
export function createChallenges(secret: string, difficulty: number): Challenges {
  const key = hkdfSync('sha256', secret, '', 'frontrow/queue/challenges', 32);
  const hmacSignatureSecret = Buffer.from(key).toString('base64');
  return {
    give: async ({ userId, ...visit }) => {
      // In whole seconds, as the challenge has it.
      const expiresAt = new Date(Math.floor((Date.now() + lifetimeMs) / 1_000) * 1_000);
      const challenge = await createChallenge({
        algorithm: 'SHA-256',
        cost: 1,
        keyPrefix: '0'.repeat(difficulty),
        data: { fan: userId, ...visit },
        expiresAt,
        deriveKey,
        hmacSignatureSecret,
      });
      return { challenge, expiresAt };
    },

    check: async (solution, { userId, concertId }) => {
      const solved = parse(solution);
      if (solved === null) return null;
      const { data } = solved.challenge.parameters;
      if (data.fan !== userId || data.concertId !== concertId) return null;
      // The parsed shape is a part of ALTCHA's; the signature covers the rest. What else the fan sent would be options of the check.
      const { challenge, solution: found } = solved as unknown as Payload;
      const { verified } = await verifySolution({
        ...{ challenge, solution: found },
        deriveKey,
        hmacSignatureSecret,
      });
      return verified ? data.ticketsBefore : null;
    },
  };
}

function parse(solution: string): z.infer<typeof payload> | null {
  if (solution.length > longestSolution) return null;
  try {
    const text = Buffer.from(solution, 'base64').toString('utf8');
    return payload.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
