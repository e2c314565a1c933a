/*
 * Some data of a subgraph never changes, and is served to everybody as a file that caches may keep for good. The gateway asks the
 * subgraph for its bytes as they are sent to clients: they are compressed once, when the file is made.
 */

/** Where a subgraph offers files to the gateway, beside its `/graphql`. */
export const filesPath = '/files';

/** By the names that HTTP has for them (RFC 9110, section 8.4.1). */
export type FileEncoding = 'br' | 'gzip';

export const isFileEncoding = (value: unknown): value is FileEncoding => value === 'br' || value === 'gzip';

/** @returns null when there is no file of this name */
export type ReadFile = (name: string, encoding: FileEncoding) => Promise<Buffer | null>;
