import type { Stack } from '../stack.ts';
import { startStoryStack } from './story-stack.ts';

/**
 * The system of this run of jest, for shared-stack-environment.ts and shared-stack-teardown.ts, which jest calls in the same
 * process.
 */
export let sharedStack: Stack | undefined;

/**
 * Starts the system that most stories share, with two replicas of every service, because starting one takes longer than most
 * stories.
 */
export default async function sharedStackSetup(): Promise<void> {
  sharedStack = await startStoryStack({ replicas: 2 });
}
