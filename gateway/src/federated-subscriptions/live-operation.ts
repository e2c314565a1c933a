import { GraphQLError } from 'graphql';
import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { EntityAnswers } from './entity-answers.ts';
import { executeEvent } from './execute-event.ts';
import type { Log } from './log.ts';
import { Mailbox } from './mailbox.ts';
import type { WhenFull } from './mailbox.ts';
import type { Opening } from './opening.ts';
import type { Executed } from './result-templates.ts';
import type { Subscriber } from './subscriber.ts';
import { havePrimaryInCommon, primaryVariables } from './subscription-plan.ts';
import type { PreparedOperation } from './supergraph.ts';
import type { Upstreams } from './upstreams.ts';

export interface LiveOperationOptions {
  readonly upstreams: Upstreams;
  readonly answers: EntityAnswers;
  /**
   * Makes the `context` of data sources, once for each event.
   * @param traceparent that of the subscription which began the operation, see `Opening`
   */
  readonly contextFor: (subscriber: Subscriber, traceparent: string | undefined) => Record<string, unknown>;
  /** Makes the `extensions` of the subscribe message, which tell that subgraph who the viewer is. */
  readonly extensionsFor: (
    operation: { query: string; operationName: string | undefined; variables: Record<string, unknown> },
    subscriber: Subscriber,
    subgraph: string,
    traceparent: string | undefined,
  ) => Record<string, unknown> | undefined;
  /** Turns a result into what clients are shown. Data without errors must stay unchanged. */
  readonly present: (result: ExecutionResult) => FormattedExecutionResult;
  /** Called when an event has come, before its subscribers get it. */
  readonly whenTold?: (subscriber: Subscriber) => void;
  /** Whether a subscription that was refused with this error may succeed a moment later. */
  readonly isPassing: (error: GraphQLFormattedError) => boolean;
  /** How long subscribers wait for their first result, in ms, before they get `errors` instead. */
  readonly giveUpAfterMs: number;
  /** The errors that subscribers get then. */
  readonly unavailable: () => GraphQLError;
  readonly log: Log;
}

/** What a subscriber brings when they join a live operation. */
export interface Joining {
  /** Called once, when it can have no more results. */
  readonly onEnd: () => void;
  readonly opening?: Opening | undefined;
}

/** What an operation is told when it begins. */
interface Beginning extends LiveOperationOptions {
  readonly whenFull: WhenFull;
  readonly onEnd: () => void;
  /** The trace of the first subscriber. Those who join later have traces of their own. */
  readonly traceparent: string | undefined;
}

/** Ends a subscription for its subscribers. */
export class SubscriptionFailed extends Error {
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'the subscription failed');
    this.errors = errors;
  }
}

/** How many events of one kind may wait to be completed, and results to be taken, before a subscriber starts over. */
const mostIncrements = 32;

/**
 * One operation of one viewer with one set of variables, and everybody who subscribed to it: one upstream subscription, and one
 * execution per event. It lasts until the subgraph ends it or no subscriber is left.
 */
export class LiveOperation {
  readonly #variables: Record<string, unknown>;
  readonly #options: Beginning;
  /** Those who get results, and where. */
  readonly #mailboxes = new Map<Mailbox, Subscriber>();
  /** The openings of subscribers who have no result yet. */
  readonly #openings: Opening[] = [];
  #prepared: PreparedOperation;
  /** The subscriber whose token lasts longest. */
  #subscriber: Subscriber;
  #latest: string | undefined;
  #events: FormattedExecutionResult[] = [];
  #isExecuting = false;
  #isComplete = false;
  /** Set when events came faster than they could be completed, although each was needed. */
  #isBehind = false;
  /** Counts upstream subscriptions, so that results of an earlier one are not shown after those of a later one. */
  #epoch = 0;
  #hasGivenEvents = false;
  #refusals = 0;
  #release: () => void = nothing;
  /** Runs until the first event; later, subscribers have something to show, and wait as long as necessary. */
  readonly #givingUp: NodeJS.Timeout;

  constructor(
    prepared: PreparedOperation,
    variables: Record<string, unknown>,
    subscriber: Subscriber,
    options: Beginning,
  ) {
    this.#prepared = prepared;
    this.#variables = variables;
    this.#subscriber = subscriber;
    this.#options = options;
    this.#givingUp = setTimeout(() => {
      this.fail(this.#options.present({ errors: [options.unavailable()] }).errors ?? []);
    }, options.giveUpAfterMs);
    this.#open();
  }

  get prepared(): PreparedOperation {
    return this.#prepared;
  }

  /** A new subscriber gets the latest result at once, because everybody gets the present state first. */
  join(subscriber: Subscriber, { onEnd, opening }: Joining): Mailbox {
    if (expiry(subscriber) > expiry(this.#subscriber)) this.#subscriber = subscriber;
    const { whenFull } = this.#options;
    const mailbox = new Mailbox({
      capacity: whenFull === 'keep the latest' ? 1 : mostIncrements,
      whenFull,
      onOverflow: () => this.#pause(),
      startOver: () => this.#reopen(),
      onEnd: () => {
        onEnd();
        this.#leave(mailbox);
      },
    });
    this.#mailboxes.set(mailbox, subscriber);
    if (opening !== undefined) this.#openings.push(opening);
    if (this.#latest !== undefined) {
      mailbox.put(this.#latest);
      this.#haveOpened();
    }
    return mailbox;
  }

  /** Continues with another version of the supergraph; subscribers notice nothing, unless the upstream subscription must change. */
  replace(prepared: PreparedOperation): void {
    const isSamePrimary = havePrimaryInCommon(this.#prepared.plan(), prepared.plan());
    this.#prepared = prepared;
    if (!isSamePrimary) this.#reopen();
  }

  fail(errors: readonly GraphQLFormattedError[]): void {
    this.#end(new SubscriptionFailed(errors));
  }

  #open(): void {
    const epoch = ++this.#epoch;
    this.#hasGivenEvents = false;
    this.#isBehind = false;
    const { primary } = this.#prepared.plan();
    const isCurrent = (then: () => void) => {
      if (epoch === this.#epoch) then();
    };
    this.#release = this.#options.upstreams.subscribe(primary.serviceName, () => this.#payload(), {
      next: (event) => isCurrent(() => this.#receive(event)),
      error: (errors) => isCurrent(() => this.#refused(errors)),
      lost: () => isCurrent(() => this.#openLater()),
      complete: () =>
        isCurrent(() => {
          this.#isComplete = true;
          if (!this.#isExecuting) this.#end();
        }),
    });
  }

  #reopen(): void {
    this.#pause();
    this.#open();
  }

  #openLater(): void {
    const { primary } = this.#prepared.plan();
    const open = () => this.#open();
    this.#release = this.#options.upstreams.whenItIsTime(primary.serviceName, this.#refusals, open);
  }

  /** Until it is opened again, nothing arrives from the subgraph, and no result in progress is shown. */
  #pause(): void {
    this.#epoch += 1;
    this.#events = [];
    this.#isComplete = false;
    this.#isBehind = false;
    this.#release();
    this.#release = nothing;
  }

  #payload(): SubscribePayload {
    const plan = this.#prepared.plan();
    const { operation: query, operationName } = plan.primary;
    const operation = { query, operationName, variables: primaryVariables(plan, this.#variables) };
    const { extensionsFor, traceparent } = this.#options;
    const { serviceName } = plan.primary;
    const extensions = extensionsFor(operation, this.#subscriber, serviceName, traceparent);
    return { ...operation, ...(extensions && { extensions }) };
  }

  #receive(event: FormattedExecutionResult): void {
    this.#hasGivenEvents = true;
    clearTimeout(this.#givingUp);
    this.#refusals = 0;
    this.#options.whenTold?.(this.#subscriber);
    if (this.#options.whenFull === 'keep the latest') this.#events.length = 0;
    this.#events.push(event);
    if (!this.#isExecuting) this.#execute().catch((error: unknown) => this.#broke(error));
    else if (this.#events.length > mostIncrements) {
      this.#pause();
      this.#isBehind = true;
    }
  }

  /** Handles events one by one, so that no result overtakes another. */
  async #execute(): Promise<void> {
    this.#isExecuting = true;
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      const epoch = this.#epoch;
      const made = this.#resultOf(event);
      const result = typeof made === 'string' ? made : await made;
      if (epoch !== this.#epoch) continue;
      if (this.#options.whenFull === 'keep the latest') this.#latest = result;
      for (const mailbox of this.#mailboxes.keys()) mailbox.put(result);
      this.#haveOpened();
    }
    this.#isExecuting = false;
    if (this.#isBehind) this.#open();
    else if (this.#isComplete) this.#end();
  }

  #broke(error: unknown): void {
    this.#isExecuting = false;
    this.#options.log.error({ err: error }, 'an event could not be made into a result');
    const originalError = error instanceof Error ? error : new Error(String(error));
    const broken = new GraphQLError(originalError.message, { originalError });
    this.fail(this.#options.present({ errors: [broken] }).errors ?? []);
  }

  #resultOf(event: FormattedExecutionResult): string | Promise<string> {
    const prepared = this.#prepared;
    const { templates } = prepared.supergraph;
    return templates.resultOf(prepared, event, this.#variables, () => this.#executed(event));
  }

  async #executed(event: FormattedExecutionResult): Promise<Executed> {
    try {
      const { result, publicUntil } = await executeEvent(this.#prepared, event, {
        variables: this.#variables,
        context: this.#options.contextFor(this.#subscriber, this.#options.traceparent),
        scope: this.#subscriber.authorization ?? '',
        answers: this.#options.answers,
        log: this.#options.log,
      });
      return { text: JSON.stringify(this.#options.present(result)), publicUntil };
    } catch (error) {
      const originalError = error instanceof Error ? error : new Error(String(error));
      const errors = [new GraphQLError(originalError.message, { originalError })];
      return { text: JSON.stringify(this.#options.present({ data: null, errors })), publicUntil: 0 };
    }
  }

  /** A subscription that worked and then failed is tried again, like one that failed for a passing reason. A refusal goes to the client. */
  #refused(errors: readonly GraphQLFormattedError[]): void {
    this.#refusals += 1;
    if (!this.#hasGivenEvents && !errors.some(this.#options.isPassing)) {
      const { serviceName } = this.#prepared.plan().primary;
      // This is how @apollo/gateway reports errors of subgraphs.
      const asThrown = errors.map(
        ({ message, path = null, extensions }) =>
          new GraphQLError(message, { path, extensions: { ...extensions, serviceName } }),
      );
      this.fail(this.#options.present({ errors: asThrown }).errors ?? []);
      return;
    }
    this.#openLater();
  }

  #haveOpened(failure?: Error): void {
    for (const opening of this.#openings.splice(0)) opening.end(failure);
  }

  #leave(mailbox: Mailbox): void {
    const subscriber = this.#mailboxes.get(mailbox);
    if (!this.#mailboxes.delete(mailbox)) return;
    // The session of the one who leaves may have ended, so nobody else may depend on its token.
    if (subscriber === this.#subscriber)
      this.#subscriber = lastToExpire(this.#mailboxes.values()) ?? subscriber;
    if (this.#mailboxes.size === 0) this.#end();
  }

  #end(error?: Error): void {
    clearTimeout(this.#givingUp);
    this.#pause();
    this.#options.onEnd();
    this.#haveOpened(error);
    const mailboxes = [...this.#mailboxes.keys()];
    this.#mailboxes.clear();
    for (const mailbox of mailboxes) mailbox.close(error);
  }
}

const expiry = ({ expiresAt }: Subscriber) => expiresAt?.getTime() ?? Infinity;

/** The subscriber whose token lasts longest. Of thousands without a token, it looks at the first only. */
function lastToExpire(subscribers: Iterable<Subscriber>): Subscriber | undefined {
  let last: Subscriber | undefined;
  for (const each of subscribers) {
    if (expiry(each) === Infinity) return each;
    if (last === undefined || expiry(each) > expiry(last)) last = each;
  }
  return last;
}

const nothing = () => undefined;
