import { attachedCode, largestAttachment } from '@frontrow/kit/attachments';
import type { AttachmentNote } from '@frontrow/kit/attachments';
import { GraphQLError } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';
import { requestFault } from './faults.ts';
import { deflated, gzipFileOf } from './gzip-members.ts';
import type { Deflated } from './gzip-members.ts';

/*
 * Long lists travel as bytes beside the answers of subgraphs (kit/src/attachments.ts). @apollo/gateway sees an empty list, and
 * an error that names the place. `mark` puts a mark there. So the answer stays small until it is sent, over any transport; then
 * the bytes replace the mark. They are fetched, and compressed, once for all clients that get the same.
 */

/** Fetches an attachment from its subgraph. @throws when no replica has it any more */
export type FetchAttachment = (subgraph: string, id: string) => Promise<Buffer[]>;

/** The text for a client, piece by piece. Release it when it has been sent, or never will be. */
export interface Filled {
  readonly pieces: readonly Buffer[];
  release(): void;
}

interface Attachment {
  readonly bytes: number;
  readonly content: Promise<Buffer[]>;
  /** The content as gzip, made on demand. Only the content is counted, because this is a tenth of it. */
  deflated: Promise<Deflated> | undefined;
  /** The number of clients it is being sent to. */
  uses: number;
}

/** How long a client waits for room, in ms. */
const patienceMs = 10_000;

export class AttachmentStore {
  readonly #fetch: FetchAttachment;
  readonly #mostBytes: number;
  /** Only this process can produce a text that looks like a mark. */
  readonly #name = `attachment ${randomUUID()}`;
  readonly #pattern = new RegExp(`"${this.#name} (\\w+) ([0-9a-f-]{36}) (\\d+)"`);
  readonly #inUse = new Map<string, Attachment>();
  /** Attachments that are being sent to nobody, but may be wanted again in a moment. */
  readonly #idle: LRUCache<string, Attachment>;
  #waiting: (() => void)[] = [];

  /** @param mostBytes of all attachments in memory together */
  constructor(fetch: FetchAttachment, mostBytes: number) {
    this.#fetch = fetch;
    this.#mostBytes = mostBytes;
    this.#idle = new LRUCache({
      maxSize: mostBytes,
      sizeCalculation: ({ bytes }) => Math.max(1, bytes),
      ttl: 5_000,
      ttlAutopurge: true,
    });
  }

  /** Puts marks into the result, in the places of its attachments. */
  mark(result: ExecutionResult): ExecutionResult {
    const { errors = [], data } = result;
    const notes = errors.filter(isNote) as unknown as Note[];
    if (notes.length === 0) return result;
    const bytes = notes.reduce((sum, { extensions }) => sum + extensions.bytes, 0);
    if (bytes > largestAttachment) {
      const message = `The operation's lists would take ${bytes} bytes; the limit is ${largestAttachment}.`;
      return { data: null, errors: [requestFault('OPERATION_TOO_COMPLEX', message)] };
    }
    for (const { path = [], extensions } of notes) {
      const { serviceName, id } = extensions;
      place(data, path, `${this.#name} ${serviceName} ${id} ${extensions.bytes}`);
    }
    const { errors: _, ...rest } = result;
    const others = errors.filter((error) => !isNote(error));
    return others.length > 0 ? { ...rest, errors: others } : rest;
  }

  hasMarks(text: string): boolean {
    return text.includes(this.#name);
  }

  /**
   * Replaces the marks by the bytes.
   * @returns undefined when there are no marks
   * @throws RATE_LIMITED when there is no memory for the bytes, SERVICE_UNAVAILABLE when they cannot be fetched
   */
  fill(text: string): Promise<Filled> | undefined {
    return this.#filled(text, async (parts) => (await Promise.all(parts.map(plainOf))).flat());
  }

  /** The same, as a gzip file. */
  fillGzipped(text: string): Promise<Filled> | undefined {
    return this.#filled(text, async (parts) => gzipFileOf(await Promise.all(parts.map(deflatedOf))));
  }

  #filled(text: string, join: Join): Promise<Filled> | undefined {
    return this.hasMarks(text) ? this.#fill(text, join) : undefined;
  }

  async #fill(text: string, join: Join): Promise<Filled> {
    // Texts alternate with what the pattern's parentheses matched.
    const found = text.split(this.#pattern);
    const parts: (Buffer | Attachment)[] = [];
    const releases: (() => void)[] = [];
    const release = () => {
      for (const each of releases.splice(0)) each();
    };
    try {
      for (let at = 0; at < found.length; at += 4) {
        parts.push(Buffer.from(found[at] ?? ''));
        const [subgraph, id, bytes] = found.slice(at + 1, at + 4);
        if (subgraph === undefined || id === undefined) break;
        const used = await this.#use(subgraph, id, Number(bytes));
        releases.push(() => this.#letGo(id, used));
        await used.content;
        parts.push(used);
      }
      return { pieces: await join(parts), release };
    } catch (error) {
      release();
      throw error instanceof GraphQLError ? error : unavailable();
    }
  }

  async #use(subgraph: string, id: string, bytes: number): Promise<Attachment> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const used = this.#inUse.get(id) ?? this.#idle.get(id) ?? this.#make(subgraph, id, bytes);
      if (used !== undefined) {
        used.uses += 1;
        this.#idle.delete(id);
        this.#inUse.set(id, used);
        return used;
      }
      const left = giveUpAt - performance.now();
      if (left <= 0) throw busy();
      await this.#room(left);
    }
  }

  /** @returns undefined when there is no room for it */
  #make(subgraph: string, id: string, bytes: number): Attachment | undefined {
    const inUse = [...this.#inUse.values()].reduce((sum, used) => sum + used.bytes, 0);
    if (inUse > 0 && inUse + bytes > this.#mostBytes) return undefined;
    while (this.#idle.size > 0 && inUse + this.#idle.calculatedSize + bytes > this.#mostBytes)
      this.#idle.pop();
    const content = this.#fetch(subgraph, id);
    // Told to whoever uses it.
    content.catch(() => undefined);
    return { bytes, content, deflated: undefined, uses: 0 };
  }

  #letGo(id: string, used: Attachment): void {
    used.uses -= 1;
    if (used.uses > 0) return;
    this.#inUse.delete(id);
    used.content.then(
      () => this.#idle.set(id, used),
      () => undefined,
    );
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves when an attachment was released, or the time is over. */
  #room(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Makes one of the parts of an answer. */
type Join = (parts: readonly (Buffer | Attachment)[]) => Promise<Buffer[]>;

const plainOf = (part: Buffer | Attachment): Promise<Buffer[]> =>
  'content' in part ? part.content : Promise.resolve([part]);

const deflatedOf = (part: Buffer | Attachment): Promise<Deflated> =>
  'content' in part ? (part.deflated ??= part.content.then(deflated)) : deflated([part]);

interface Note {
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions: AttachmentNote & { readonly serviceName: string };
}

const isNote = ({ extensions }: GraphQLError): boolean => extensions['code'] === attachedCode;

/** Something around it may have become null. */
function place(data: unknown, path: readonly (string | number)[], mark: string): void {
  const container = path.slice(0, -1).reduce<unknown>(at, data);
  const last = path.at(-1);
  if (last === undefined || !Array.isArray(at(container, last))) return;
  (container as Record<string | number, unknown>)[last] = mark;
}

const at = (value: unknown, key: string | number): unknown =>
  value === null || value === undefined ? undefined : (value as Record<string | number, unknown>)[key];

const busy = () =>
  requestFault('RATE_LIMITED', 'Too many long lists are asked for at the moment. Try again.', {
    headers: { 'retry-after': '2' },
  });
const unavailable = () =>
  requestFault('SERVICE_UNAVAILABLE', 'This part is not available right now. Try again.');
