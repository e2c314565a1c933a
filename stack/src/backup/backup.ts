import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';
import { dump } from './dump.ts';
import { freezeAMoment } from './moment.ts';
import type { Addresses } from './moment.ts';

/** What a backup says about itself. It is written last, so a folder without it is not a complete backup. */
export interface Manifest {
  /** The moment that all databases show. */
  readonly takenAt: string;
  readonly commitsWaitedMs: number;
}

export const manifestFile = (folder: string) => join(folder, 'manifest.json');
export const dumpFile = (folder: string, service: Subgraph) => join(folder, `${service}.sql.gz`);

/**
 * Writes the state of all databases at one moment to a folder, while the sale goes on.
 * @param folder is made; if it exists, it must be empty
 * @throws if the backup cannot be completed; then the folder has no manifest
 */
export async function backup(folder: string, addresses: Addresses): Promise<Manifest> {
  // The backup contains password hashes and private keys.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty. Nothing was changed.`);
  const moment = await freezeAMoment(addresses);
  try {
    await Promise.all(
      subgraphs.map((service) =>
        pipeline(
          Readable.from(dump(moment.readers[service])),
          createGzip({ level: 1 }),
          createWriteStream(dumpFile(folder, service), { mode: 0o600, flush: true }),
        ),
      ),
    );
    const manifest = {
      takenAt: moment.at.toISOString(),
      commitsWaitedMs: Math.round(moment.commitsWaitedMs),
    };
    await writeFile(manifestFile(folder), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    return manifest;
  } finally {
    await moment.close();
  }
}
