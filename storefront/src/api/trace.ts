import { newKey } from './idempotency-key.ts';

/** What belongs to a purchase. A hold begins the next one. */
const ofPurchase = new Set(['Hold', 'Pay', 'Cancel', 'PurchaseChanges']);
let traceId = newKey();

/**
 * Names the trace that an operation belongs to (https://www.w3.org/TR/trace-context/): a purchase is one, from the hold to what the fan is told of
 * the payment, also across services. Of everything else each is one, without a word from here.
 */
export function traceparentOf(operationName: string | undefined): string | undefined {
  if (operationName === undefined || !ofPurchase.has(operationName)) return undefined;
  if (operationName === 'Hold') traceId = newKey();
  return `00-${traceId}-${newKey().slice(16)}-01`;
}
