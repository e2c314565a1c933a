import type { GraphQLFormattedError, GraphQLResolveInfo } from 'graphql';
import { responsePathAsArray } from 'graphql';
import { LRUCache } from 'lru-cache';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from './ids.ts';

/*
 * A list of 100,000 objects takes graphql-js, @apollo/gateway and JSON a second each, and nobody else is served meanwhile. So it
 * is not handled as values: the answer has an empty list in its place and says, among its errors, which attachment belongs
 * there. (The path of an error is all that @apollo/gateway translates into a path of the client's operation.) The gateway
 * asks for the bytes of the attachment when it sends the answer to the client, and puts them where the empty list is.
 */

/** The code of an error that is none: an attachment belongs at its path. */
export const attachedCode = 'ATTACHED';
/** Where a subgraph gives attachments, beside its `/graphql`. */
export const attachmentsPath = '/attachments';
/** More than this is refused, in bytes. */
export const largestAttachment = 40 * 1024 * 1024;

/** A list as JSON. */
export interface Attachment {
  /** The text, made anew by each call, in pieces that take a few ms each. */
  readonly pieces: () => Iterable<string>;
  /** How long the text is at the most, in bytes. */
  readonly bytes: number;
}

/** What the gateway is told of an attachment, as the error's extensions. */
export interface AttachmentNote {
  readonly code: typeof attachedCode;
  readonly id: string;
  readonly bytes: number;
}

/** What a context needs for its resolvers to attach lists. */
export interface Attaching {
  readonly attachments: Attachments;
  /** Those of this answer. */
  readonly attached: GraphQLFormattedError[];
}

/** How many attachments can still be asked for, and for how long, in ms. Each keeps the rows that it is made of in memory. */
const most = 200;
const keptMs = 60_000;

/** The attachments that this process has offered lately. */
export class Attachments {
  readonly #offered = new LRUCache<string, Attachment>({ max: most, ttl: keptMs });
  readonly #idsOf = new WeakMap<object, Map<string, string>>();

  /**
   * Puts a list where a resolver returns an empty one.
   * @param rows that the list is made of, which do not change: all who ask for the same of the same rows get the same attachment
   * @param what is asked for of them
   */
  attach(
    { attached }: Pick<Attaching, 'attached'>,
    { path }: GraphQLResolveInfo,
    rows: object,
    what: string,
    make: () => Attachment,
  ): void {
    const ids = this.#idsOf.get(rows) ?? new Map<string, string>();
    this.#idsOf.set(rows, ids);
    const known = ids.get(what);
    const found = known === undefined ? undefined : this.#offered.get(known);
    const id = found === undefined || known === undefined ? newId() : known;
    const attachment = found ?? make();
    // Set anew, it is kept as long as one that is new.
    this.#offered.set(id, attachment);
    ids.set(what, id);
    const note: AttachmentNote = { code: attachedCode, id, bytes: attachment.bytes };
    attached.push({ message: 'attached', path: responsePathAsArray(path), extensions: { ...note } });
  }

  find(id: string): Attachment | undefined {
    return this.#offered.get(id);
  }
}

/** The bytes of an attachment; whoever else has something to do in this process does it in between. */
export async function* bytesOf({ pieces }: Attachment): AsyncGenerator<Buffer, void, undefined> {
  for (const piece of pieces()) {
    yield Buffer.from(piece);
    await nextTurn();
  }
}

/** The answer with what was attached to it. */
export function withAttached<Result extends { readonly errors?: readonly unknown[] | undefined }>(
  result: Result,
  context: Partial<Attaching>,
): Result {
  const { attached = [] } = context;
  return attached.length === 0 ? result : { ...result, errors: [...(result.errors ?? []), ...attached] };
}
