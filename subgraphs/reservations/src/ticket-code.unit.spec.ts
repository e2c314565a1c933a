import { newId } from '@frontrow/kit/ids';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { base45, ticketCode } from './ticket-code.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Reads a code as docs/tickets.md tells doors to. */
function bytesOf(code: string): Buffer {
  const digits = code.split('').map((character) => alphabet.indexOf(character));
  const bytes: number[] = [];
  for (let i = 0; i < digits.length; i += 3) {
    const [c = 0, d = 0, e] = digits.slice(i, i + 3);
    const value = c + d * 45 + (e ?? 0) * 45 * 45;
    bytes.push(...(e === undefined ? [value] : [value >> 8, value & 255]));
  }
  return Buffer.from(bytes);
}

describe('base45', () => {
  // Source: RFC 9285, 4.3 and 4.4.
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ])('writes %j as %j', (text, expected) => {
    expect(base45(Buffer.from(text))).toBe(expected);
    expect(bytesOf(expected).toString()).toBe(text);
  });
});

describe('the code of a ticket', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keys = { signBytes: (bytes: Uint8Array) => Promise.resolve(sign(null, bytes, privateKey)) };
  const [ticketId, scheduleId] = [newId(), newId()];

  it('says which ticket of which schedule it is, signed, and fits a small QR code', async () => {
    const code = await ticketCode(keys, { ticketId, scheduleId });
    expect(code).toMatch(/^[0-9A-Z $%*+\-./:]{134}$/);
    const bytes = bytesOf(code);
    const [said, signature] = [bytes.subarray(0, 25), bytes.subarray(25)];
    expect(verify(null, said, publicKey, signature)).toBe(true);
    expect(said[0]).toBe(1);
    expect(said.toString('hex', 1, 17)).toBe(ticketId.replaceAll('-', ''));
    expect(said.toString('hex', 17)).toBe(scheduleId.replaceAll('-', '').slice(16));
  });

  it('is invalid when any of its bytes is changed', async () => {
    const bytes = bytesOf(await ticketCode(keys, { ticketId, scheduleId }));
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(verify(null, changed.subarray(0, 25), publicKey, changed.subarray(25))).toBe(false);
    }
  });
});
