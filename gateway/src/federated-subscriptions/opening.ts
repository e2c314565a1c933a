/** The beginning of a subscription, which lasts until the subscriber gets a first result or is told why there is none. */
export interface Opening {
  /** Names the span of the opening to subgraphs, and to requests that complete events of the subscription. */
  readonly traceparent: string;
  /**
   * Only the first call counts.
   * @param failure the error that came instead of a result
   */
  end(failure?: Error): void;
}
