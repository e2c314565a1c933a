/** What is watched of a subscription that begins, until its subscriber has a first result or is told why there is none. */
export interface Opening {
  /** Names it to subgraphs, and to whoever completes its events. */
  readonly traceparent: string;
  /**
   * Only the first call counts.
   * @param failure what came instead of a result
   */
  end(failure?: Error): void;
}
