import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { clientAddress } from './client-address.ts';

const seenFrom = (forwarded: string) =>
  clientAddress(
    Object.assign(new IncomingMessage(new Socket()), { headers: { 'x-forwarded-for': forwarded } }),
    1,
  );

describe('the address of a client', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:51234', '192.0.2.7'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2'],
    ['[2001:db8:1:2::9]:51234', '2001:db8:1:2'],
    ['[::ffff:192.0.2.7]:51234', '192.0.2.7'],
  ])('that a proxy writes as %s is %s, whatever the port', (forwarded, address) => {
    expect(seenFrom(`198.51.100.1, ${forwarded}`)).toBe(address);
  });
});
