import { randomUUID } from 'node:crypto';
import encodeQR from 'qr';
import decodeQR from 'qr/decode.js';
import { readChange } from './door-api.ts';
import { aTicketOffice, base45, shortOf } from './testing.ts';
import { readTicketCode, showOf } from './ticket-code.ts';

const office = aTicketOffice();
const [ticketId, scheduleId] = [randomUUID(), randomUUID()];
const code = office.codeOf(ticketId, scheduleId);

describe('the code of a ticket', () => {
  it('says which ticket of which show it is, and whether one of the keys has signed it', async () => {
    const said = { ticket: shortOf(ticketId), show: showOf(scheduleId) };
    const old = aTicketOffice().key;
    expect(await readTicketCode(code, [old, office.key])).toEqual({ ...said, isSigned: true });
    expect(await readTicketCode(code, [old])).toEqual({ ...said, isSigned: false });
    expect(await readTicketCode(code, [])).toEqual({ ...said, isSigned: false });
  });

  it.each([
    '',
    'HELLO',
    'https://example.org',
    code.slice(3),
    `${code}000`,
    '::'.repeat(67),
    base45(new Uint8Array(89)),
  ])('is not %j', async (text) => {
    expect(await readTicketCode(text, [office.key])).toBeUndefined();
  });

  it('is found in a picture by the library for browsers that cannot find it themselves', () => {
    const modules = encodeQR(code, 'raw', { ecc: 'medium', border: 4 });
    const [scale, size] = [4, modules.length * 4];
    const data = new Uint8Array(size * size * 4).fill(255);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        if (modules[Math.floor(y / scale)]?.[Math.floor(x / scale)])
          data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    expect(decodeQR({ width: size, height: size, data })).toBe(code);
  });
});

describe('a change in the list of a door', () => {
  it('says by which door and when a ticket entered, or when it became void', () => {
    const seconds = 1_795_800_000;
    const [short, at] = [shortOf(ticketId), seconds * 1_000];
    const doors = Array.from({ length: 40 }, (_, i) => `Door ${i}`);
    expect(readChange(`${short}A${seconds.toString(36)}.10`, doors)).toEqual([
      short,
      { at, door: 'Door 36' },
    ]);
    expect(readChange(`${short}V${seconds.toString(36)}`, [])).toEqual([short, { at, door: null }]);
  });
});
