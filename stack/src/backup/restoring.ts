import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A file that is in a folder for data as long as a backup is being restored into it, and so also after a restore that was cut off. */
export const restoringFile = (home: string) => join(home, 'restoring');

/** @throws if the data in this folder are a part of a backup */
export function assertRestored(home: string): void {
  if (!existsSync(restoringFile(home))) return;
  throw new Error(
    `A restore into ${home} did not end, so its data are incomplete. Repeat it (\`npm run restore\`), or remove the folder.`,
  );
}
