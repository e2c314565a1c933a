import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingsError } from '@frontrow/kit/settings';
import { z } from 'zod';

/** The documents that may be executed, by the SHA-256 of their text in hex. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/**
 * Reads a JSON file of `{ "<hash>": "<document>" }`, as generators for Apollo Client and Relay write it.
 * @throws SettingsError if it cannot be read, or a hash does not match its document
 */
export function readTrustedDocuments(path: string): TrustedDocuments {
  try {
    const documents = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
    for (const [hash, document] of Object.entries(documents)) {
      if (hash !== hashOf(document)) throw new Error(`${hash} is not the SHA-256 of its document`);
    }
    return new Map(Object.entries(documents));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`The settings are wrong:\n  TRUSTED_DOCUMENTS: ${reason}`);
  }
}

export const isTrusted = (documents: TrustedDocuments, source: string): boolean =>
  documents.has(hashOf(source));

/**
 * Serves the documents to clients that send only a hash, as if all of them had been registered as automatic persisted queries. It
 * registers no others.
 */
export const asPersistedQueries = (documents: TrustedDocuments) => ({
  get: (key: string) => Promise.resolve(documents.get(key.replace(/^apq:/, ''))),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
});

const hashOf = (document: string) => createHash('sha256').update(document).digest('hex');
