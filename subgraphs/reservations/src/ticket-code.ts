import { createPublicKey, verify } from 'node:crypto';
import type { KeyPurpose, SigningKeys } from '@frontrow/kit/signing-keys';

/** A ticket may be bought long before its show, and its code kept offline, so a rotated key stays published for this long. */
const longestSaleMs = 400 * 24 * 60 * 60_000;

/** The keys that sign the codes of tickets, and nothing else. */
export const ticketKeys: KeyPurpose = { name: 'tickets', tokensLiveMs: longestSaleMs };

const version = 1;

/**
 * The text of a ticket's QR code. Its bytes are the version (1 byte), the ticket's id (16), the last 8 bytes of the schedule's
 * id, which are random and tell a door whether the ticket is for its show, and the Ed25519 signature (RFC 8032) of all of these
 * (64). The code is made when it is shown, and stored nowhere. docs/tickets.md says how a door reads it.
 */
export async function ticketCode(
  keys: Pick<SigningKeys, 'signBytes'>,
  { ticketId, scheduleId }: { readonly ticketId: string; readonly scheduleId: string },
): Promise<string> {
  const said = Buffer.concat([Buffer.of(version), bytesOf(ticketId), bytesOf(scheduleId).subarray(8)]);
  return base45(Buffer.concat([said, await keys.signBytes(said)]));
}

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/**
 * Base45 (RFC 9285) turns two bytes into three characters of the alphabet for which QR codes need 5.5 bits each. It is written
 * out here, in ten lines, because the most used package on npm has no types and has had no release since 2021.
 */
export function base45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const [high = 0, low] = bytes.subarray(i, i + 2);
    let left = low === undefined ? high : high * 256 + low;
    for (let digits = low === undefined ? 2 : 3; digits > 0; digits--) {
      text += alphabet[left % 45] ?? '';
      left = Math.floor(left / 45);
    }
  }
  return text;
}

/** What a code says that this service has signed. */
export interface ReadCode {
  readonly ticketId: string;
  /** The last 8 bytes of the schedule's id, in hexadecimal digits. */
  readonly show: string;
}

export const showOf = (scheduleId: string): string => scheduleId.replaceAll('-', '').slice(16).toLowerCase();

const signatureBytes = 64;
const codeBytes = 1 + 16 + 8 + signatureBytes;

/**
 * Reads a ticket's code.
 * @returns undefined if none of the published keys has signed it: it is forged, or its key was retired
 */
export async function readTicketCode(
  keys: Pick<SigningKeys, 'jwks'>,
  code: string,
): Promise<ReadCode | undefined> {
  const bytes = fromBase45(code);
  if (bytes?.length !== codeBytes || bytes[0] !== version) return undefined;
  const [said, signature] = [bytes.subarray(0, -signatureBytes), bytes.subarray(-signatureBytes)];
  const { keys: published } = await keys.jwks();
  const isSigned = published.some(({ x = '' }) => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x };
    return verify(null, said, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  });
  if (!isSigned) return undefined;
  const ticketId = said.toString('hex', 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { ticketId, show: said.toString('hex', 17) };
}

/** @returns undefined if the text is not base45 */
export function fromBase45(text: string): Buffer | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = Array.from(text.slice(i, i + 3), (character) => alphabet.indexOf(character));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const size = digits.length - 1;
    if (size === 0 || digits.includes(-1) || value >= 256 ** size) return undefined;
    bytes.push(...(size === 2 ? [value >> 8, value & 255] : [value]));
  }
  return Buffer.from(bytes);
}
