/**
 * A business "no": a member of a result union, never an exception. `Code` is the subgraph's own part of the
 * contract's `RefusalCode`.
 */
export interface Refusal<Code extends string = string> {
  readonly __typename: 'Refusal';
  readonly code: Code;
  readonly message: string;
  readonly retryable: boolean;
  /** In how many seconds the same call may succeed, if that is known. */
  readonly retryAfterSeconds?: number;
}

/**
 * @param message one sentence for the developer; clients translate the code
 * @param options.retryable whether the same call, unchanged, may succeed later
 * @param options.retryAfterSeconds how much later, where that is known; the call is retryable then
 */
export const refuse = <const Code extends string>(
  code: Code,
  message: string,
  {
    retryable,
    retryAfterSeconds,
  }: { readonly retryable?: boolean; readonly retryAfterSeconds?: number } = {},
): Refusal<Code> => ({
  __typename: 'Refusal',
  code,
  message,
  retryable: retryable ?? retryAfterSeconds !== undefined,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

export const isRefusal = (value: object): value is Refusal =>
  '__typename' in value && value.__typename === 'Refusal';
