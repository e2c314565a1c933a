import { stopServers } from './global-setup.ts';

/** This is not reached if the run is interrupted; then the guard of global-setup.ts does the same. */
export default async function globalTeardown(): Promise<void> {
  await stopServers();
}
