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
 * Fills empty databases with what a backup has. Services must not run, and the broker that they find must have no stream: what is in
 * outboxes they tell it again.
 * @throws when the folder is no backup, or a database is not empty; then nothing was changed
 */
export async function restore(folder: string, { databaseUrl, ca }: Addresses): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const connections = await Promise.all(
    subgraphs.map(async (service) => {
      const connection = await createConnection({ uri: databaseUrl(service), ...tls({ ca }) });
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

async function readManifest(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(manifestFile(folder), 'utf8')) as Manifest;
  } catch (error) {
    throw new Error(`${folder} is no backup, or one that did not come to its end.`, { cause: error });
  }
}

async function load(folder: string, service: Subgraph, connection: Connection): Promise<void> {
  for await (const statement of lines(dumpFile(folder, service))) await connection.query(statement);
}

/** Ends of lines are those that `dump` wrote, and no other sign that means one somewhere. */
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

/** What services delete when it is old enough, with what says how old it is (eventRetention of `events`, as a test sees to). */
export const remembered = [
  { table: 'outbox', column: 'published_at' },
  { table: 'inbox', column: 'handled_at' },
  { table: 'failed_attempts', column: 'failed_at' },
] as const;

/**
 * What was published and handled, services forget after a while. Between the backup and now they were not there to tell each other of
 * it: so the while begins now. Otherwise a backup of last week would lose what was on its way in the first minute.
 */
async function skipTime(connection: Connection, pastMs: number): Promise<void> {
  for (const { table, column } of remembered) {
    await connection.query(`UPDATE ${table} SET ${column} = ${column} + INTERVAL ? MICROSECOND`, [
      Math.round(pastMs) * 1_000,
    ]);
  }
}
