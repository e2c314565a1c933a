// `npm start`: the set-up, then the system. Both run in one process, because with two, the shell between npm and them
// would not pass on a signal to stop.

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
