import type { Challenge } from 'altcha-lib/types';

/**
 * Does the work that a waiting room asks for, outside the page's thread, on half of the processors.
 * @param json the challenge, as `queueChallenge` returns it
 * @returns the solution, as `enterQueue` takes it
 */
export async function solveChallenge(json: string): Promise<string> {
  const { solveChallengeWorkers } = await import('altcha-lib');
  const challenge = JSON.parse(json) as Challenge;
  const solution = await solveChallengeWorkers({
    challenge,
    concurrency: Math.max(1, Math.floor(navigator.hardwareConcurrency / 2)),
    createWorker: () => new Worker(new URL('challenge-worker.ts', import.meta.url), { type: 'module' }),
  });
  if (solution === null) throw new Error('the challenge has no solution');
  return btoa(JSON.stringify({ challenge, solution }));
}
