import { generateKeyPairSync, sign } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Base45 (RFC 9285). */
export function base45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = bytes.subarray(i, i + 2);
    let left = pair.reduce((sum, byte) => sum * 256 + byte, 0);
    for (let digits = pair.length + 1; digits > 0; digits--) {
      text += alphabet[left % 45] ?? '';
      left = Math.floor(left / 45);
    }
  }
  return text;
}

/** Keys like those of the service, and codes of tickets signed with them. */
export function aTicketOffice() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
  return {
    key: publicKey.export({ format: 'jwk' }).x ?? '',
    codeOf: (ticketId: string, scheduleId: string) => {
      const said = Buffer.concat([Buffer.of(1), bytesOf(ticketId), bytesOf(scheduleId).subarray(8)]);
      return base45(Buffer.concat([said, sign(null, said, privateKey)]));
    },
  };
}

/** How the list of a door names a ticket. */
export const shortOf = (ticketId: string): string =>
  Buffer.from(ticketId.replaceAll('-', '').slice(16), 'hex').toString('base64url');
