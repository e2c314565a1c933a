import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const livesForSeconds = 3 * 60 * 60;

/** Signs tokens in Frontrow's format: JWTs (RFC 7519) with Ed25519. */
export class TokenSigner {
  readonly #keys = generateKeyPairSync('ed25519');

  /** The public key, as PEM. */
  get publicKey(): string {
    return this.#keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  }

  accessToken(userId: string = randomUUID()): string {
    return this.sign({ sub: userId, role: 'FAN', sid: randomUUID() });
  }

  sign(claims: object): string {
    const iat = Math.floor(Date.now() / 1_000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part({ ...claims, iat, exp: iat + livesForSeconds })}`;
    return `${signed}.${sign(null, Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`;
  }
}
