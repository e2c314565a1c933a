import { createChallenge, verifySolution } from 'altcha-lib';
import type { Challenge, Payload } from 'altcha-lib/types';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { hkdfSync } from 'node:crypto';
import { z } from 'zod';

/** How long a fan has to solve a challenge and to join with it, in ms. */
const lifetimeMs = 10 * 60 * 1_000;

/** For whom a challenge is, and where. */
export interface Visit {
  readonly fan: string;
  readonly concertId: string;
  /**
   * How many tickets of the concert the fan has had so far. The ticket that a solution brings makes that number another one, so
   * nobody joins twice with one solution, and nothing has to be kept about those that were used.
   */
  readonly ticketsBefore: number;
}

/** Gives out challenges and checks solutions, without keeping anything about either: the signature says what was given out. */
export interface Challenges {
  give(visit: Visit): Promise<{ challenge: Challenge; expiresAt: Date }>;
  /** `ticketsBefore` of the solved challenge; null for what is no solution, has expired or is another fan's or concert's. */
  check(solution: string, visit: Omit<Visit, 'ticketsBefore'>): Promise<number | null>;
}

/** What the challenge's data say of the visit; those that `give` signed do. */
const signedData = z.object({ fan: z.string(), concertId: z.string(), ticketsBefore: z.int() });
const payload = z.looseObject({
  challenge: z.looseObject({
    parameters: z.looseObject({ data: signedData, expiresAt: z.number() }),
    signature: z.string(),
  }),
  solution: z.looseObject({ counter: z.int(), derivedKey: z.string() }),
});
/** Of a solution, in characters; ALTCHA's own are shorter than a tenth of this. */
const longestSolution = 10_000;

/**
 * Proof of work by ALTCHA (https://altcha.org, version 2): find a number whose SHA-256 with the challenge begins with zeros. It
 * takes the fan's machine thousands of hashes, and this one a single hash.
 * @param secret that all replicas share; the key that signs challenges is derived from it
 * @param difficulty how many hexadecimal zeros: each one more is 16 times the work
 */
export function createChallenges(secret: string, difficulty: number): Challenges {
  const key = hkdfSync('sha256', secret, '', 'frontrow/queue/challenges', 32);
  const hmacSignatureSecret = Buffer.from(key).toString('base64');
  return {
    give: async (visit) => {
      // In whole seconds, as the challenge has it.
      const expiresAt = new Date(Math.floor((Date.now() + lifetimeMs) / 1_000) * 1_000);
      const challenge = await createChallenge({
        algorithm: 'SHA-256',
        cost: 1,
        keyPrefix: '0'.repeat(difficulty),
        data: { ...visit },
        expiresAt,
        deriveKey,
        hmacSignatureSecret,
      });
      return { challenge, expiresAt };
    },

    check: async (solution, { fan, concertId }) => {
      const solved = parse(solution);
      if (solved === null) return null;
      const { data } = solved.challenge.parameters;
      if (data.fan !== fan || data.concertId !== concertId) return null;
      // The parsed shape is a part of ALTCHA's; what else there is, is under its signature.
      const { verified } = await verifySolution({
        ...(solved as unknown as Payload),
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
