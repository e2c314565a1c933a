import { gunzipSync } from 'node:zlib';
import { deflated, gzipFileOf } from './gzip-members.ts';

const texts = ['{"data":{"seats":', `[${'{"id":"한 자리"},'.repeat(50_000)}{}]`, '', '}}'];

describe('a gzip file of texts that were deflated apart', () => {
  it('has all of them, with the right sum', async () => {
    const parts = await Promise.all(texts.map((text) => deflated([Buffer.from(text)])));
    const file = Buffer.concat(gzipFileOf([...parts, parts[1]!]));
    // gunzip throws if the sum or the length is wrong.
    expect(gunzipSync(file).toString() === [...texts, texts[1]].join('')).toBe(true);
    expect(file.length).toBeLessThan(Buffer.byteLength(texts.join('')) / 10);
  });

  it('is the same whether a text comes in one piece or in several', async () => {
    const pieces = texts.map((text) => Buffer.from(text));
    const file = Buffer.concat(gzipFileOf([await deflated(pieces)]));
    expect(gunzipSync(file).toString() === texts.join('')).toBe(true);
  });
});
