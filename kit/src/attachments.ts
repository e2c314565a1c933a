import type { GraphQLFormattedError, GraphQLResolveInfo } from 'graphql';
import { responsePathAsArray } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from './ids.ts';

/*
 * A list of 100,000 objects takes graphql-js, @apollo/gateway and JSON a second each, during which the process serves nobody else. So
 * such a list is not handled as values. The answer has an empty list in its place, and an error names the attachment that belongs
 * there. (The path of an error is all that @apollo/gateway translates into a path of the client's operation.) When the gateway
 * sends the answer to the client, it asks for the bytes of the attachment and puts them in the place of the empty list.
 */

/** The code of an error that reports no fault: an attachment belongs at its path. */
export const attachedCode = 'ATTACHED';
/** Where a subgraph offers attachments, beside its `/graphql`. */
export const attachmentsPath = '/attachments';
/** The largest attachment, in bytes; a larger one is refused. */
export const largestAttachment = 40 * 1024 * 1024;

/** A list as JSON. */
export interface Attachment {
  /** The text, produced anew by each call, in pieces that take a few ms each. */
  readonly pieces: () => Iterable<string>;
  /** The greatest length of the text, in bytes. */
  readonly bytes: number;
}

/** What the gateway learns about an attachment, as the error's extensions. */
export interface AttachmentNote {
  readonly code: typeof attachedCode;
  readonly id: string;
  readonly bytes: number;
}

/** What a context needs for its resolvers to attach lists. */
export interface Attaching {
  readonly attachments: Attachments;
  /** The attachments of this answer. */
  readonly attached: GraphQLFormattedError[];
}

/** How many attachments can still be asked for, and for how long, in ms. Each keeps its rows in memory. */
const most = 200;
const keptMs = 60_000;
/** That of a UUID, which gateways expect. */
const idLength = 36;

/** The attachments that this process has offered lately. */
export class Attachments {
  readonly #offered = new LRUCache<string, Attachment>({ max: most, ttl: keptMs, ttlAutopurge: true });
  /** For each source of rows, what nobody else knows; so nobody can guess the ids of its attachments. */
  readonly #secretOf = new WeakMap<object, string>();

  /**
   * Puts a list where a resolver returns an empty one.
   * @param rows the immutable source of the list: all who ask for the same part of the same rows get the same attachment
   * @param what the part of the rows that is asked for
   */
  attach(
    { attached }: Pick<Attaching, 'attached'>,
    { path }: GraphQLResolveInfo,
    rows: object,
    what: string,
    make: () => Attachment,
  ): void {
    const secret = this.#secretOf.get(rows) ?? newId();
    this.#secretOf.set(rows, secret);
    // Ids are computed, because there is no end to what clients may ask for: a list of all would grow for ever.
    const id = createHash('sha256').update(`${secret} ${what}`).digest('hex').slice(0, idLength);
    const attachment = this.#offered.get(id) ?? make();
    // Setting it again keeps it as long as a new one.
    this.#offered.set(id, attachment);
    const note: AttachmentNote = { code: attachedCode, id, bytes: attachment.bytes };
    attached.push({ message: 'attached', path: responsePathAsArray(path), extensions: { ...note } });
  }

  find(id: string): Attachment | undefined {
    return this.#offered.get(id);
  }
}

/** The bytes of an attachment; other work of the process runs between its pieces. */
export async function* bytesOf({ pieces }: Attachment): AsyncGenerator<Buffer, void, undefined> {
  for (const piece of pieces()) {
    yield Buffer.from(piece);
    await nextTurn();
  }
}

/** The answer, with the errors that name its attachments. */
export function withAttached<Result extends { readonly errors?: readonly unknown[] | undefined }>(
  result: Result,
  context: Partial<Attaching>,
): Result {
  const { attached = [] } = context;
  return attached.length === 0 ? result : { ...result, errors: [...(result.errors ?? []), ...attached] };
}
