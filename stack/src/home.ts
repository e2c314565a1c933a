import { resolve } from 'node:path';

/** Where the project's own files are. */
export const rootFolder = resolve(import.meta.dirname, '../..');

/** The folder for data, logs and secrets of the system that `npm start` runs. */
export const homeFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  resolve(environment['FRONTROW_HOME'] || resolve(rootFolder, '.frontrow'));
