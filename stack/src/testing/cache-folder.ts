import { join } from 'node:path';
import { rootFolder } from '../home.ts';

/** Keeps what is costly to make and the same for every test run: see the `cache` of startMysql. */
export const cacheFolder = join(rootFolder, 'node_modules/.cache/frontrow');
