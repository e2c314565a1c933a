// `npm start`: the set-up, then the system. One process for both, because the shell between npm and two of them
// would not pass on a signal that asks to stop.

import { setUp, SetUpFailed } from './setup.mjs';
import { buildStorefront } from './storefront.mjs';

try {
  await setUp();
  await buildStorefront();
} catch (error) {
  console.error(error instanceof SetUpFailed ? error.message : error);
  process.exit(1);
}
const { register } = await import('tsx/esm/api');
register();
await import('./src/start.ts');
