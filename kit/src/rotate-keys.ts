import type { DataSource } from 'typeorm';
import { createLogger } from './log.ts';
import { openDatabase } from './database.ts';
import type { DatabaseOptions } from './database.ts';
import { readSettings, subgraphSettings } from './settings.ts';
import { replaceSigningKeys, rotateSigningKeys } from './signing-keys.ts';
import type { KeyPurpose } from './signing-keys.ts';

/**
 * A service's command that rotates its keys: it needs the settings of its database, and no restart of anything. With `--now` the
 * present key is forgotten at once, because somebody else has it.
 */
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
      // The service may have been told to leave its tables alone, and only it knows.
      pending: 'refuse',
      log,
    });
    try {
      const change = process.argv.includes('--now') ? replace : rotate;
      console.log(`${service}: ${await change(database, purpose)}`);
    } finally {
      await database.destroy();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function rotate(database: DataSource, purpose: KeyPurpose): Promise<string> {
  const rotation = await rotateSigningKeys(database, purpose, new Date());
  if (rotation === null) return `the keys for ${purpose.name} are being rotated already; nothing was done.`;
  const { signsFrom, endsAt } = rotation;
  return (
    `a new key for ${purpose.name} signs from ${signsFrom.toISOString()} on; ` +
    `the old one is forgotten at ${endsAt.toISOString()}.`
  );
}

async function replace(database: DataSource, purpose: KeyPurpose): Promise<string> {
  await replaceSigningKeys(database, purpose, new Date());
  return `the key for ${purpose.name} is replaced. What the old one signed is refused everywhere within about a minute.`;
}
