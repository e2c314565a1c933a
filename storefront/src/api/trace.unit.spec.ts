import { traceparentOf } from './trace.ts';

describe('the trace of a purchase', () => {
  const traceOf = (name: string) => traceparentOf(name)?.split('-')[1];

  it('is the same from the hold to the payment and what is told of it, and another one for the next', () => {
    const hold = traceOf('Hold');
    expect(['PurchaseChanges', 'Pay', 'Cancel'].map(traceOf)).toEqual([hold, hold, hold]);
    expect(traceOf('Hold')).not.toBe(hold);
  });

  it('is written as the gateway reads it, and has nothing else in it', () => {
    expect(traceparentOf('Pay')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect([traceparentOf('LogIn'), traceparentOf(undefined)]).toEqual([undefined, undefined]);
  });
});
