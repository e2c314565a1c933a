import { isSignedByGateway, signRequest } from './request-signature.ts';

const secret = 'the secret of gateway and subgraphs';
const now = new Date('2026-11-20T08:30:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const request = {
  subgraph: 'users',
  client: '{"address":"192.0.2.1"}',
  authorization: 'Bearer aaa.bbb.ccc',
  body: '{"query":"{ me { name } }","variables":{"n":"김하늘"}}',
};
const signature = signRequest(secret, request, now);
const accepts = (changed: Partial<typeof request> = {}, signed: string | undefined = signature, at = now) =>
  isSignedByGateway(secret, { ...request, ...changed }, signed, at);

describe('a signed request', () => {
  it('is accepted as it was signed, its body as text or as bytes', () => {
    expect(accepts()).toBe(true);
    expect(isSignedByGateway(secret, { ...request, body: Buffer.from(request.body) }, signature, now)).toBe(
      true,
    );
  });

  it('is accepted without a token, if it was signed so', () => {
    const anonymous = { ...request, authorization: undefined };
    expect(isSignedByGateway(secret, anonymous, signRequest(secret, anonymous, now), now)).toBe(true);
    expect(isSignedByGateway(secret, anonymous, signature, now)).toBe(false);
  });

  it('is refused when anything about it was changed', () => {
    expect(accepts({ body: request.body + ' ' })).toBe(false);
    expect(accepts({ authorization: 'Bearer somebody.elses.token' })).toBe(false);
    expect(accepts({ client: '{"address":"192.0.2.2"}' })).toBe(false);
    expect(isSignedByGateway(secret, { ...request, client: undefined }, signature, now)).toBe(false);
    expect(accepts({}, signature.replace(/t=\d+/, `t=${String(now.getTime() + 1)}`))).toBe(false);
    expect(
      accepts(
        {},
        signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    ).toBe(false);
    expect(isSignedByGateway('another secret', request, signature, now)).toBe(false);
  });

  it('is refused by every other subgraph than the one that it is for', () => {
    expect(accepts({ subgraph: 'payments' })).toBe(false);
  });

  it('does not let a part of the body pass for the token', () => {
    for (const between of ['', '\n']) {
      const joined = { ...request, authorization: '', body: request.authorization + between + request.body };
      expect(accepts({}, signRequest(secret, joined, now))).toBe(false);
    }
  });

  it('is refused when it is older than a minute, or from the future', () => {
    expect(accepts({}, signature, later(60_000))).toBe(true);
    expect(accepts({}, signature, later(60_001))).toBe(false);
    expect(accepts({}, signature, later(-60_001))).toBe(false);
  });

  it.each([undefined, '', 'v1=00', 't=1,v1=zz', `t=,v1=${'0'.repeat(64)}`, `t=1,v1=${'0'.repeat(63)}`])(
    'is refused with the signature %p',
    (made) => {
      expect(isSignedByGateway(secret, request, made, now)).toBe(false);
    },
  );
});
