import { CombinedGraphQLErrors, ServerError } from '@apollo/client';
import type { RefusalCode, RefusalPartsFragment } from './operations.generated.ts';

/** The codes of faults, as docs/api.md lists them, and one that stands for no answer at all. */
export const faultCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'OPERATION_TOO_COMPLEX',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** Why something did not succeed. Each code has a sentence in both languages that says what to do. */
export type Problem =
  | { readonly kind: 'refusal'; readonly code: RefusalCode; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly argument: string | undefined };

export const refused = ({ code, retryAfterSeconds }: RefusalPartsFragment): Problem => ({
  kind: 'refusal',
  code,
  retryAfterSeconds: retryAfterSeconds ?? undefined,
});

/** @param error what Apollo Client throws; anything that is not an answer of the gateway counts as no answer */
export function faultOf(error: unknown): Problem {
  const extensions = CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions : extensionsIn(error);
  const told = extensions?.['code'];
  const argument = extensions?.['argument'];
  return {
    kind: 'fault',
    code: faultCodes.find((code) => code === told) ?? 'SERVICE_UNAVAILABLE',
    argument: typeof argument === 'string' ? argument : undefined,
  };
}

/** If a whole request was refused, the answer has an HTTP status, and the errors are in its body. */
function extensionsIn(error: unknown): Record<string, unknown> | undefined {
  if (!ServerError.is(error)) return undefined;
  try {
    const { errors } = JSON.parse(error.bodyText) as { errors?: { extensions?: Record<string, unknown> }[] };
    return errors?.[0]?.extensions;
  } catch {
    return undefined;
  }
}
