import { newKey } from './idempotency-key.ts';

/** The operations of a purchase. A hold begins the next purchase. */
const ofPurchase = new Set(['Hold', 'Pay', 'Cancel', 'PurchaseChanges']);
let traceId = newKey();

/**
 * Names the trace that an operation belongs to (https://www.w3.org/TR/trace-context/). A purchase is one trace through all services, from the hold until
 * the fan is told of the payment. Any other operation is a trace of its own, which the gateway begins.
 */
export function traceparentOf(operationName: string | undefined): string | undefined {
  if (operationName === undefined || !ofPurchase.has(operationName)) return undefined;
  if (operationName === 'Hold') traceId = newKey();
  return `00-${traceId}-${newKey().slice(16)}-01`;
}
