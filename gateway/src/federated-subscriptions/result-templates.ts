import type { FormattedExecutionResult } from 'graphql';
import { filledIn, gapped, outlineOf } from './event-outline.ts';
import type { GappedResult, Outline } from './event-outline.ts';
import type { SubscriptionPlan } from './subscription-plan.ts';

/** The part of a prepared operation that is used here; `supergraph.ts` defines the whole. */
interface PreparedOperation {
  readonly hash: string;
  plan(): Pick<SubscriptionPlan, 'dependence'>;
}

/** The outcome of executing an event. */
export interface Executed {
  /** The result as JSON. */
  readonly text: string;
  /** Until when it may be shown to everybody, in ms of `performance.now()`; 0 means never. */
  readonly publicUntil: number;
}

/** An event whose result may be reused for others. */
interface Comparable {
  readonly prepared: PreparedOperation;
  readonly data: object;
  /** The same for events that differ only in `values`. */
  readonly key: string;
  readonly values: Outline['values'];
  readonly names: ReadonlySet<string>;
}

const keptTemplates = 2_000;
const longestOutline = 2_000;
const longestResult = 8_000;

/**
 * Reuses results that differ only in values on which nothing else depends. Of ten thousand fans who wait for one concert, each
 * has another position, and everything else is the same for all. The first event of a kind is executed. The result of each
 * further one is the same text with its own values filled in, as long as everything that completed the first one may be shown to
 * everybody.
 */
export class ResultTemplates {
  readonly #kept = new Map<string, GappedResult & { readonly publicUntil: number }>();
  /** For each kind of event that is being executed, the execution of the first one. */
  readonly #executing = new Map<string, Promise<string>>();
  /** Operations whose last result could not be reused, so that other events do not wait for one. */
  readonly #unlike = new WeakSet<PreparedOperation>();

  /** @returns the result as JSON, at once if it can be filled in */
  resultOf(
    prepared: PreparedOperation,
    event: FormattedExecutionResult,
    variables: Record<string, unknown>,
    execute: () => Promise<Executed>,
  ): string | Promise<string> {
    const comparable = comparableOf(prepared, event, variables);
    if (comparable === undefined) return execute().then(({ text }) => text);
    return this.#filled(comparable) ?? this.#executed(comparable, execute);
  }

  #filled({ key, values }: Comparable): string | undefined {
    const template = this.#kept.get(key);
    if (template === undefined || template.publicUntil <= performance.now()) return undefined;
    return filledIn(template, values);
  }

  async #executed(event: Comparable, execute: () => Promise<Executed>): Promise<string> {
    const { key, prepared } = event;
    const first = this.#executing.get(key);
    if (first === undefined) {
      const executing = this.#executeFirst(event, execute);
      this.#executing.set(key, executing);
      return executing.finally(() => this.#executing.delete(key));
    }
    if (!this.#unlike.has(prepared)) {
      await first.catch(() => undefined);
      const filled = this.#filled(event);
      if (filled !== undefined) return filled;
    }
    return (await execute()).text;
  }

  async #executeFirst(event: Comparable, execute: () => Promise<Executed>): Promise<string> {
    const executed = await execute();
    if (this.#learn(event, executed)) this.#unlike.delete(event.prepared);
    else this.#unlike.add(event.prepared);
    return executed.text;
  }

  /** @returns whether the results of others can be filled in from now on */
  #learn({ key, data, names }: Comparable, { text, publicUntil }: Executed): boolean {
    if (publicUntil <= performance.now() || text.length > longestResult) return false;
    const result = JSON.parse(text) as FormattedExecutionResult;
    if (Object.keys(result).join() !== 'data') return false;
    const template = gapped(data, result, names);
    if (template === undefined) return false;
    // Deleting it first makes it the newest, which is the last to be forgotten.
    this.#kept.delete(key);
    this.#kept.set(key, { ...template, publicUntil });
    if (this.#kept.size > keptTemplates) this.#kept.delete(this.#kept.keys().next().value as string);
    return true;
  }
}

/** Undefined if the event must always be executed. */
function comparableOf(
  prepared: PreparedOperation,
  { data, errors }: FormattedExecutionResult,
  variables: Record<string, unknown>,
): Comparable | undefined {
  const { dependence } = prepared.plan();
  if (dependence === undefined || errors !== undefined || data == null) return undefined;
  const { names } = dependence;
  const { text, values } = outlineOf(data, names);
  if (text.length > longestOutline) return undefined;
  const used = dependence.variables.map((variable) => variables[variable]);
  return { prepared, data, key: `${prepared.hash} ${JSON.stringify(used)} ${text}`, values, names };
}
