import { jest } from '@jest/globals';
import { solveChallenge } from 'altcha-lib';
import type { Challenge } from 'altcha-lib/types';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { createChallenges } from './challenges.ts';

const visit = { userId: 'jimin', concertId: 'concert', ticketsBefore: 3 };
const challenges = createChallenges('a secret that all replicas share', 2);

const encode = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64');
const solve = (challenge: Challenge) => solveChallenge({ challenge, deriveKey });

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a solution', () => {
  it('says after which ticket it was asked for, to any replica and as often as it is looked at', async () => {
    const { challenge } = await challenges.give(visit);
    const solution = encode({ challenge, solution: await solve(challenge) });
    const replica = createChallenges('a secret that all replicas share', 2);
    for (const { check } of [challenges, replica, replica]) expect(await check(solution, visit)).toBe(3);
  });

  it.each([
    ['of another fan', { ...visit, userId: 'minsu' }],
    ['for another concert', { ...visit, concertId: 'another' }],
  ])('%s is none', async (_what, other) => {
    const { challenge } = await challenges.give(visit);
    expect(await challenges.check(encode({ challenge, solution: await solve(challenge) }), other)).toBeNull();
  });

  it('does not choose how it is checked', async () => {
    const { challenge } = await challenges.give(visit);
    const solved = {
      challenge,
      solution: await solve(challenge),
      hmacAlgorithm: 'none',
      counterMode: 'none',
    };
    expect(await challenges.check(encode(solved), visit)).toBe(3);
  });

  it('of what somebody else signed, or made easier, is none', async () => {
    const forged = await createChallenges('another secret', 1).give(visit);
    const { challenge } = await challenges.give(visit);
    const easier = { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '0' } };
    const later = { ...challenge, parameters: { ...challenge.parameters, expiresAt: 9_999_999_999 } };
    for (const changed of [forged.challenge, easier, later]) {
      const solution = await solve(changed);
      expect(await challenges.check(encode({ challenge: changed, solution }), visit)).toBeNull();
    }
  });

  it('that solves nothing is none', async () => {
    const { challenge } = await challenges.give(visit);
    const solution = (await solve(challenge))!;
    for (const wrong of [
      { ...solution, counter: solution.counter + 1 },
      { ...solution, derivedKey: '00'.repeat(32) },
      { counter: 1e300, derivedKey: 'x' },
    ])
      expect(await challenges.check(encode({ challenge, solution: wrong }), visit)).toBeNull();
  });

  it('is good for ten minutes', async () => {
    const { challenge, expiresAt } = await challenges.give(visit);
    const solution = encode({ challenge, solution: await solve(challenge) });
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(600_000);
    const now = jest.spyOn(Date, 'now').mockReturnValue(expiresAt.getTime() - 1);
    expect(await challenges.check(solution, visit)).toBe(3);
    now.mockReturnValue(expiresAt.getTime() + 1);
    expect(await challenges.check(solution, visit)).toBeNull();
  });

  it.each(['', '%%%', 'bnVsbA==', encode({}), encode({ challenge: {}, solution: {} }), 'A'.repeat(100_000)])(
    'that is nonsense is none (case %#)',
    async (nonsense) => {
      expect(await challenges.check(nonsense, visit)).toBeNull();
    },
  );
});
