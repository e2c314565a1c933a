import { resolve } from 'node:path';

/** The root folder of the project. */
export const rootFolder = resolve(import.meta.dirname, '../..');

/** The folder for data, logs and secrets of the system that `npm start` runs. */
export const homeFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  resolve(environment['FRONTROW_HOME'] || resolve(rootFolder, '.frontrow'));
