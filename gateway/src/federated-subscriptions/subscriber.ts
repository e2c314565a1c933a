/** A subscriber, as the host's `authenticate` has identified it. */
export interface Subscriber {
  /**
   * The identity: subscribers with the same key see the same, and may share a subscription. Null is an anonymous
   * subscriber; all of these see the same, too.
   */
  readonly key: string | null;
  /** What subgraphs get, so that they can identify the subscriber themselves. */
  readonly authorization: string | undefined;
  /** When the token expires; the connection ends with it. */
  readonly expiresAt: Date | undefined;
  /**
   * Calls back once if the token is revoked before that; the connection ends then, too.
   * @returns a function that cancels this
   */
  readonly whenRevoked?: (then: () => void) => () => void;
}
