/** Who subscribes, as the host's `authenticate` has found out. */
export interface Subscriber {
  /**
   * Who it is: those with the same key are shown the same, and may share what they subscribe to. Null is nobody in
   * particular, which all are shown the same too.
   */
  readonly key: string | null;
  /** What subgraphs are told, so that they can find out for themselves. */
  readonly authorization: string | undefined;
  /** When the token ends; the connection ends with it. */
  readonly expiresAt: Date | undefined;
  /**
   * Calls back once, should the token be revoked before that; the connection ends then, too.
   * @returns forgets about it
   */
  readonly whenRevoked?: (then: () => void) => () => void;
}
