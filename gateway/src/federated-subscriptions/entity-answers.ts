import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** An answer as text. @apollo/gateway changes its input, so each reader parses a copy of its own. */
interface KeptAnswer {
  readonly text: string;
  /** Until when it may be shown to everybody, in ms of `performance.now()`; 0 means never. */
  readonly publicUntil: number;
}

export interface AskedAnswer {
  readonly answer: Answer;
  /** See `KeptAnswer`. */
  readonly publicUntil: number;
}

const keptAnswers = 1_000;
const longestKept = 64 * 1024;
const keptShapes = 1_000;

/**
 * Asks subgraphs for the entities that events need. When one wave moves ten thousand subscribers, it avoids asking ten thousand
 * times for the same:
 *
 * - Identical requests of one scope (one viewer) in the same turn of the event loop become one request. Later requests do not
 *   join it, because an event must never be completed with data from before it happened.
 * - An answer that a subgraph declares public, by `Cache-Control: max-age=…, public`, is shared by everybody for as long as
 *   that says.
 */
export class EntityAnswers {
  readonly #thisTurn = new Map<string, Promise<KeptAnswer>>();
  readonly #public = new Map<string, KeptAnswer>();
  readonly #publicInFlight = new Map<string, Promise<KeptAnswer>>();
  /** Queries whose last answer was public, so that it is worth waiting to see whether the next one is too. */
  readonly #publicQueries = new Set<string>();

  /** @param scope the viewer of the request, because different viewers may see different things */
  async ask(
    subgraph: string,
    dataSource: GraphQLDataSource,
    options: GraphQLDataSourceProcessOptions,
    scope: string,
  ): Promise<AskedAnswer> {
    const { query = '', variables } = options.request;
    const shape = `${subgraph}\n${query}`;
    const key = `${shape}\n${JSON.stringify(variables)}`;
    const known = this.#public.get(key);
    if (known !== undefined && known.publicUntil > performance.now()) return parse(known);
    const first = this.#publicInFlight.get(key);
    if (first !== undefined) {
      const answer = await first.catch(() => undefined);
      if (answer !== undefined && answer.publicUntil > 0) return parse(answer);
    }
    const ownKey = `${key}\n${scope}`;
    const asked = this.#thisTurn.get(ownKey) ?? this.#send(dataSource, options, { ownKey, key, shape });
    return parse(await asked);
  }

  #send(
    dataSource: GraphQLDataSource,
    options: GraphQLDataSourceProcessOptions,
    { ownKey, key, shape }: { ownKey: string; key: string; shape: string },
  ): Promise<KeptAnswer> {
    const answer = dataSource.process(options).then((response) => {
      const kept = keep(response);
      this.#remember(key, shape, kept);
      return kept;
    });
    if (this.#thisTurn.size === 0) setImmediate(() => this.#thisTurn.clear());
    this.#thisTurn.set(ownKey, answer);
    // If the process was held up, the answer may arrive before the turn ends. Changes after that answer are not in it, so nobody
    // may join it.
    const isAnswered = () => this.#thisTurn.get(ownKey) === answer && this.#thisTurn.delete(ownKey);
    answer.then(isAnswered, isAnswered);
    if (this.#publicQueries.has(shape) && !this.#publicInFlight.has(key)) {
      this.#publicInFlight.set(key, answer);
      const forget = () => this.#publicInFlight.delete(key);
      answer.then(forget, forget);
    }
    return answer;
  }

  #remember(key: string, shape: string, answer: KeptAnswer): void {
    if (answer.publicUntil === 0) {
      this.#publicQueries.delete(shape);
      return;
    }
    this.#publicQueries.add(shape);
    forgetOldest(this.#publicQueries, keptShapes);
    if (answer.text.length > longestKept) return;
    // Deleting it first makes it the newest, which is the last to be forgotten.
    this.#public.delete(key);
    this.#public.set(key, answer);
    forgetOldest(this.#public, keptAnswers);
  }
}

function forgetOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  if (kept.size > most) kept.delete(kept.keys().next().value as string);
}

const parse = ({ text, publicUntil }: KeptAnswer): AskedAnswer => ({
  answer: JSON.parse(text) as Answer,
  publicUntil,
});

function keep({ data, errors, http }: Answer): KeptAnswer {
  const isFaultless = errors === undefined || errors.length === 0;
  const publicMs = isFaultless ? publicForMs(http?.headers.get('cache-control')) : 0;
  return {
    text: JSON.stringify({ data, errors }),
    publicUntil: publicMs === 0 ? 0 : performance.now() + publicMs,
  };
}

/** How long a Cache-Control header (RFC 9111) lets everybody have the answer, in ms. */
export function publicForMs(header: string | null | undefined): number {
  const directives = (header ?? '').toLowerCase().split(/\s*,\s*/);
  if (!directives.includes('public') || directives.includes('no-store') || directives.includes('no-cache')) {
    return 0;
  }
  const maxAge = directives.map((each) => /^max-age=(\d{1,9})$/.exec(each)?.[1]).find(Boolean);
  return Number(maxAge ?? 0) * 1000;
}
