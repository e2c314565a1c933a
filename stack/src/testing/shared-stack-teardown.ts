import { sharedStack } from './shared-stack-setup.ts';

/** Not reached when the run is interrupted: then the guard of the stack does the same. */
export default async function sharedStackTeardown(): Promise<void> {
  await sharedStack?.stop();
}
