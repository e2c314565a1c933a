import { stopServers } from './global-setup.ts';

/** Not reached when the run is interrupted: then the guard of global-setup.ts does the same. */
export default async function globalTeardown(): Promise<void> {
  await stopServers();
}
