import { createHash } from 'node:crypto';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { KeyValueCache } from '@apollo/utils.keyvaluecache';
import { GraphQLError } from 'graphql';
import { requestFault } from './faults.ts';
import { asPersistedQueries } from './trusted-documents.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What Apollo Server puts before the hashes when it is given a cache. */
const prefix = 'apq:';

/** The texts of documents by their SHA-256. */
export type PersistedQueries = KeyValueCache;

/** The documents that clients register; if there are trusted documents, those and no others. */
export const createPersistedQueries = (trusted: TrustedDocuments | undefined): PersistedQueries =>
  trusted === undefined ? new InMemoryLRUCache() : asPersistedQueries(trusted);

/**
 * The document that a request is about, for requests that do not pass through Apollo Server. The protocol is the same
 * (https://www.apollographql.com/docs/apollo-server/performance/apq). Undefined if the request has neither text nor hash.
 * @throws a GraphQLError that clients of the protocol know
 */
export async function persistedText(
  queries: PersistedQueries,
  query: string | undefined,
  extensions: Record<string, unknown> | null | undefined,
): Promise<string | undefined> {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return query;
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string') {
    throw requestFault('BAD_USER_INPUT', 'persistedQuery must be of version 1 and have a sha256Hash.');
  }
  if (query === undefined) {
    const known = await queries.get(prefix + sha256Hash);
    if (known !== undefined) return known;
    throw new GraphQLError('PersistedQueryNotFound', {
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http: { status: 200 } },
    });
  }
  if (createHash('sha256').update(query).digest('hex') !== sha256Hash) {
    throw requestFault('BAD_USER_INPUT', 'sha256Hash is not the hash of the query.');
  }
  await queries.set(prefix + sha256Hash, query);
  return query;
}
