/*
 * Reads a ticket's code as docs/tickets.md says, without a network.
 */

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const signatureBytes = 64;
const codeBytes = 1 + 16 + 8 + signatureBytes;
const version = 1;

/** What a code says. */
export interface ReadCode {
  /** The name of the ticket in a door's list: the last 8 bytes of its id, in base64url. */
  readonly ticket: string;
  /** The last 8 bytes of the schedule's id, in hexadecimal digits. */
  readonly show: string;
  /** Whether one of the keys has signed it. */
  readonly isSigned: boolean;
}

export const showOf = (scheduleId: string): string => scheduleId.replaceAll('-', '').slice(16);

/**
 * @param keys the public keys, 32 bytes each in base64url
 * @returns undefined if it is not the code of a ticket
 */
export async function readTicketCode(code: string, keys: readonly string[]): Promise<ReadCode | undefined> {
  const bytes = fromBase45(code);
  if (bytes?.length !== codeBytes || bytes[0] !== version) return undefined;
  const said = bytes.slice(0, -signatureBytes);
  const signature = bytes.slice(-signatureBytes);
  const checks = await Promise.all(keys.map((key) => isSignedBy(key, said, signature)));
  return {
    ticket: toBase64Url(said.slice(9, 17)),
    show: toHex(said.slice(17)),
    isSigned: checks.includes(true),
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Browsers from before 2025 do not have Ed25519, so they load a library. */
async function isSignedBy(key: string, said: Bytes, signature: Bytes): Promise<boolean> {
  let publicKey: CryptoKey;
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key };
    publicKey = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
  } catch {
    const { verifyAsync } = await import('@noble/ed25519');
    return verifyAsync(signature, said, fromBase64Url(key)).catch(() => false);
  }
  return crypto.subtle.verify('Ed25519', publicKey, signature, said);
}

function fromBase45(text: string): Bytes | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = Array.from(text.slice(i, i + 3), (character) => alphabet.indexOf(character));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const size = digits.length - 1;
    if (size === 0 || digits.includes(-1) || value >= 256 ** size) return undefined;
    bytes.push(...(size === 2 ? [value >> 8, value & 255] : [value]));
  }
  return Uint8Array.from(bytes);
}

const toHex = (bytes: Bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const toBase64Url = (bytes: Bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const fromBase64Url = (text: string): Bytes =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
