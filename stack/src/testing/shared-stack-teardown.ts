import { sharedStack } from './shared-stack-setup.ts';

/** This is not reached if the run is interrupted; then the guard of the stack does the same. */
export default async function sharedStackTeardown(): Promise<void> {
  await sharedStack?.stop();
}
