import { jest } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey, JWTPayload, JWTVerifyGetKey } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from './ids.ts';
import { remoteKeySet } from './key-set.ts';
import { nothingRevoked } from './revocations.ts';
import { aFan, anOperator, staff } from './testing/subgraph.ts';
import { claimsOf } from './token.ts';
import {
  maySee,
  requireAccount,
  requireOperator,
  requireStaff,
  requireViewer,
  viewerFrom,
} from './viewer.ts';
import { z } from 'zod';

const sub = newId();
const sid = newId();
const claims = { sub, sid, role: 'FAN', iss: 'frontrow/users', aud: 'frontrow' };
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let key: CryptoKey;
let forger: CryptoKey;
let keys: JWTVerifyGetKey;
beforeAll(async () => {
  pair = await generateKeyPair('EdDSA');
  key = pair.privateKey;
  ({ privateKey: forger } = await generateKeyPair('EdDSA'));
  keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'EdDSA' }] });
});
const token = (payload: JWTPayload, by = key, kid = 'k1') =>
  new SignJWT({ exp: inSeconds(900), ...payload }).setProtectedHeader({ alg: 'EdDSA', kid }).sign(by);
const viewerOf = async (jwt: string) => viewerFrom(`Bearer ${jwt}`, keys, nothingRevoked);
const forbidden = expect.objectContaining({ extensions: { code: 'FORBIDDEN' } });
const unauthenticated = { extensions: { code: 'UNAUTHENTICATED' } };
const unavailable = { extensions: { code: 'SERVICE_UNAVAILABLE' } };

describe('the viewer', () => {
  it('is nobody without a token', async () => {
    expect(await viewerFrom(undefined, keys, nothingRevoked)).toBeNull();
    expect(await viewerFrom('', keys, nothingRevoked)).toBeNull();
  });

  it('is who the access token says', async () => {
    const exp = inSeconds(60);
    expect(await viewerOf(await token({ ...claims, exp }))).toEqual({
      id: sub,
      role: 'FAN',
      sessionId: sid,
      expiresAt: new Date(exp * 1_000),
    });
  });

  it.each<[string, () => string | Promise<string>]>([
    ['forged', () => token(claims, forger)],
    ['signed with a key that nobody published', () => token(claims, forger, 'k2')],
    ['expired', () => token({ ...claims, exp: inSeconds(-60) })],
    ['meant for another audience', () => token({ ...claims, aud: 'queue' })],
    ['made by somebody else', () => token({ ...claims, iss: 'frontrow/queue' })],
    ['without an end', () => token({ ...claims, exp: undefined })],
    ['not signed at all', () => new UnsecuredJWT({ ...claims, exp: inSeconds(60) }).encode()],
    [
      'signed with the public key as if it were a secret',
      () =>
        new SignJWT({ ...claims, exp: inSeconds(60) })
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(new TextEncoder().encode('k1'.repeat(16))),
    ],
    ['of a role that does not exist', () => token({ ...claims, role: 'ADMIN' })],
    ['of nobody', () => token({ ...claims, sub: 'admin' })],
    ['no token', () => 'nonsense'],
    ['cut off', async () => (await token(claims)).slice(0, -10)],
  ])('is refused with a token that is %s', async (_what, make) => {
    await expect(viewerOf(await make())).rejects.toMatchObject(unauthenticated);
  });

  it('is verified once, and again when the keys were fetched again', async () => {
    const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'EdDSA' };
    let published = createLocalJWKSet({ keys: [publicJwk] });
    const changing: JWTVerifyGetKey = (header, jws) => published(header, jws);
    const verifying = jest.spyOn(crypto.subtle, 'verify');
    const jwt = await token(claims);
    const look = () => viewerFrom(`Bearer ${jwt}`, changing, nothingRevoked);
    expect(await look()).toEqual(await look());
    expect(verifying).toHaveBeenCalledTimes(1);
    published = createLocalJWKSet({ keys: [publicJwk] });
    await look();
    expect(verifying).toHaveBeenCalledTimes(2);
    const { publicKey } = await generateKeyPair('EdDSA');
    published = createLocalJWKSet({
      keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA' }],
    });
    await expect(look()).rejects.toMatchObject(unauthenticated);
    published = createLocalJWKSet({ keys: [] });
    await expect(look()).rejects.toMatchObject(unauthenticated);
  });

  it('is nobody any more when a token that was good has expired, or is meant for others', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const jwt = await token({ ...claims, exp: inSeconds(60) });
      await viewerOf(jwt);
      const pass = { issuer: 'frontrow/queue', audience: 'frontrow', claims: z.object({}) };
      expect(await claimsOf(jwt, keys, pass)).toBeNull();
      jest.setSystemTime(Date.now() + 66_000);
      await expect(viewerOf(jwt)).rejects.toMatchObject(unauthenticated);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'Bearer ü.b.c'])(
    'is refused with the header "%s"',
    async (header) => {
      await expect(viewerFrom(header, keys, nothingRevoked)).rejects.toMatchObject(unauthenticated);
    },
  );

  it.each<[string, number, string]>([
    ['fail', 500, 'oops'],
    ['are no JSON', 200, '<html>'],
    ['are no key set', 200, '{"keys": 1}'],
  ])('is not known, rather than refused, while the published keys %s', async (_what, status, body) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    const found = viewerFrom(`Bearer ${await token(claims)}`, remoteKeySet(url), nothingRevoked);
    await expect(found).rejects.toMatchObject(unavailable);
    server.close();
  });

  it('is not known, rather than refused, while nobody publishes keys', async () => {
    const found = viewerFrom(
      `Bearer ${await token(claims)}`,
      remoteKeySet('http://127.0.0.1:1/'),
      nothingRevoked,
    );
    await expect(found).rejects.toMatchObject(unavailable);
  });

  it('may see what is theirs, and everything as an operator', () => {
    const fan = aFan();
    expect(maySee(fan, fan.id)).toBe(true);
    expect(maySee(fan, newId())).toBe(false);
    expect(maySee(anOperator(), newId())).toBe(true);
    expect(maySee(null, newId())).toBe(false);
  });

  it('is required where somebody must be logged in, or be an operator', () => {
    const fan = aFan();
    expect(requireViewer(fan)).toBe(fan);
    expect(() => requireViewer(null)).toThrow(expect.objectContaining(unauthenticated));
    expect(() => requireOperator(null)).toThrow(expect.objectContaining(unauthenticated));
    expect(() => requireOperator(fan)).toThrow(forbidden);
  });

  it('who is staff does what is for staff, and nothing that fans or operators do', () => {
    const member = staff();
    expect(requireAccount(member)).toBe(member);
    expect(requireStaff(member)).toBe(member);
    expect(requireStaff(anOperator()).role).toBe('OPERATOR');
    expect(() => requireStaff(aFan())).toThrow(forbidden);
    expect(() => requireViewer(member)).toThrow(forbidden);
    expect(() => requireOperator(member)).toThrow(forbidden);
    expect(maySee(member, newId())).toBe(false);
  });
});
