import { setImmediate as turn } from 'node:timers/promises';
import { currentTraceparent, inTrace } from './trace.ts';

const one = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const two = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a trace', () => {
  it('goes with its work, through everything asynchronous, and with no other', async () => {
    const seen = async () => {
      await turn();
      return currentTraceparent();
    };
    expect(await Promise.all([inTrace(one, seen), inTrace(two, seen), seen()])).toEqual([
      one,
      two,
      undefined,
    ]);
  });

  it.each([undefined, '', 'nonsense', one.toUpperCase(), `${one}\n${two}`, one.slice(0, -1)])(
    'begins anew where %p came along',
    (came) => {
      const traceparent = inTrace(came, currentTraceparent);
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(inTrace(came, currentTraceparent)).not.toBe(traceparent);
    },
  );
});
