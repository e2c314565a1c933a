import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What happens to a file: one of its bits is flipped, or it is cut off. */
export type Rot = 'flipped' | 'truncated';

/**
 * Damages a message of the stream, in the middle of its text, while its broker is down. The message's number is spared, because
 * NATS 2.9 would believe a damaged number of about 2^48, and then accept no more messages.
 * @param folder the broker's disk
 * @param text a text that the message contains
 * @param place which of the messages with this text: from 0, the oldest, to 1
 * @returns whether there was one
 */
export async function rot(folder: string, how: Rot, text: string, place: number): Promise<boolean> {
  const all = await readdir(folder, { recursive: true }).catch(() => []);
  const blocks = all.filter((path) => /streams.FRONTROW.msgs.\d+\.blk$/.test(path));
  const inOrder = blocks.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const files = await Promise.all(
    inOrder.map(async (block) => {
      const path = join(folder, block);
      const bytes = await readFile(path);
      return { path, bytes, places: placesOf(text, bytes) };
    }),
  );
  const messages = files.flatMap(({ path, bytes, places }) => places.map((at) => ({ path, bytes, at })));
  const message = messages[Math.floor(place * Math.max(0, messages.length - 1))];
  if (message === undefined) return false;
  const { path, bytes, at } = message;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, how === 'flipped' ? bytes : bytes.subarray(0, at));
  return true;
}

function placesOf(text: string, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}
