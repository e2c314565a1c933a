import { createLogger } from './log.ts';
import { openDatabase } from './database.ts';
import type { DatabaseOptions } from './database.ts';
import { readSettings, subgraphSettings } from './settings.ts';
import { rotateSigningKeys } from './signing-keys.ts';
import type { KeyPurpose } from './signing-keys.ts';

/** A service's command that rotates its keys: it needs the settings of its database, and no restart of anything. */
export async function rotateKeys(
  service: string,
  purpose: KeyPurpose,
  { entities, migrations }: Pick<DatabaseOptions, 'entities' | 'migrations'>,
): Promise<void> {
  try {
    const { DATABASE_URL, DATABASE_CA_FILE } = subgraphSettings;
    const settings = readSettings({ DATABASE_URL, DATABASE_CA_FILE });
    const log = createLogger(service, 'warn');
    const database = await openDatabase({
      url: settings.DATABASE_URL,
      ca: settings.DATABASE_CA_FILE,
      connections: 2,
      entities,
      migrations,
      log,
    });
    const rotation = await rotateSigningKeys(database, purpose, new Date());
    await database.destroy();
    console.log(
      rotation === null
        ? `${service}: the keys for ${purpose.name} are being rotated already; nothing was done.`
        : `${service}: a new key for ${purpose.name} signs from ${rotation.signsFrom.toISOString()} on; ` +
            `the old one is forgotten at ${rotation.endsAt.toISOString()}.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
