import type { Stack } from '../stack.ts';
import { replicasOfAll, startStoryStack } from './story-stack.ts';

/**
 * The system of this run of jest, for shared-stack-environment.ts and shared-stack-teardown.ts, which jest calls in the same
 * process.
 */
export let sharedStack: Stack | undefined;

/**
 * Starts the system that most stories share, with two replicas of every service or more, because starting one takes longer than most
 * stories.
 */
export default async function sharedStackSetup(): Promise<void> {
  sharedStack = await startStoryStack({ replicas: Math.max(2, replicasOfAll) });
}
