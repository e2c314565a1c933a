import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { tls } from '@frontrow/kit/database';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';
import { dumpFile, manifestFile } from './backup.ts';
import type { Manifest } from './backup.ts';
import { tablesOf } from './dump.ts';
import type { Addresses } from './moment.ts';

/**
 * Fills empty databases from a backup. Services must not run, and the broker that they find later must have no stream: they
 * publish the events in their outboxes to it again.
 * @throws if the folder is not a backup, or a database is not empty; then nothing was changed
 */
export async function restore(folder: string, { databaseUrl, ca }: Addresses): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const connections = await Promise.all(
    subgraphs.map(async (service) => {
      const connection = await createConnection({ uri: databaseUrl(service), ...tls({ ca }) });
      connection.on('error', () => undefined); // its next statement fails, and says why
      return [service, connection] as const;
    }),
  );
  try {
    for (const [service, connection] of connections) {
      const tables = await tablesOf(connection);
      if (tables.length > 0) throw new Error(`the database of ${service} is not empty. Nothing was changed.`);
    }
    await Promise.all(connections.map(([service, connection]) => load(folder, service, connection)));
    const pastMs = Date.now() - Date.parse(manifest.takenAt);
    await Promise.all(connections.map(([, connection]) => skipTime(connection, pastMs)));
    return manifest;
  } finally {
    await Promise.all(connections.map(([, connection]) => connection.end()));
  }
}

/** @throws if the folder is not a backup, or an incomplete one */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(manifestFile(folder), 'utf8')) as Manifest;
  } catch (error) {
    throw new Error(`${folder} is not a backup, or it is incomplete.`, { cause: error });
  }
}

async function load(folder: string, service: Subgraph, connection: Connection): Promise<void> {
  for await (const statement of lines(dumpFile(folder, service))) await connection.query(statement);
}

/** Splits only at the line ends that `dump` wrote, not at other characters that some programs take for line ends. */
async function* lines(file: string): AsyncGenerator<string> {
  const text = createReadStream(file).pipe(createGunzip()).setEncoding('utf8') as AsyncIterable<string>;
  let rest = '';
  for await (const chunk of text) {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
  if (rest !== '') throw new Error(`${file} is cut off`);
}

/**
 * The tables in which services delete old rows, and the columns with the age (a test compares this with eventRetention of
 * `events`).
 */
export const remembered = [
  { table: 'outbox', column: 'published_at' },
  { table: 'inbox', column: 'handled_at' },
  { table: 'failed_attempts', column: 'failed_at' },
] as const;

/**
 * Services forget events some time after they were published and handled. Between the backup and now the services could not
 * exchange events, so that time must begin now. Otherwise a backup of last week would lose the events that were on their way,
 * within the first minute.
 */
async function skipTime(connection: Connection, pastMs: number): Promise<void> {
  for (const { table, column } of remembered) {
    await connection.query(`UPDATE ${table} SET ${column} = ${column} + INTERVAL ? MICROSECOND`, [
      Math.round(pastMs) * 1_000,
    ]);
  }
}
