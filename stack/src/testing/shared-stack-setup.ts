import type { Stack } from '../stack.ts';
import { startStoryStack } from './story-stack.ts';

/** Of this run of jest, for shared-stack-environment.ts and for shared-stack-teardown.ts, which jest calls in the same process. */
export let sharedStack: Stack | undefined;

/**
 * Starts the system that most stories share, with two replicas of every service: to start one takes longer than to tell
 * most of them.
 */
export default async function sharedStackSetup(): Promise<void> {
  sharedStack = await startStoryStack({ replicas: 2 });
}
