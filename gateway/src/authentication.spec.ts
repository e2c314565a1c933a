import { newId } from '@frontrow/kit/ids';
import { remoteKeySet } from '@frontrow/kit/key-set';
import {
  accessToken,
  forgedToken,
  nowhere,
  startFakeSubgraph,
  startGatewayUnderTest,
  startSubgraph,
  stopAll,
} from './testing/stand.ts';

afterEach(stopAll);

const who = '{ me { id role } concert(id: "c1") { title } }';

async function gateway() {
  const [users, concerts] = await Promise.all([startSubgraph('users'), startSubgraph('concerts')]);
  return startGatewayUnderTest({ USERS_URL: users.url, CONCERTS_URL: concerts.url });
}

describe('the viewer', () => {
  it('of a valid access token is known to every subgraph', async () => {
    const id = newId();
    const answer = await (
      await gateway()
    ).query(who, {
      headers: { authorization: `Bearer ${await accessToken(id)}` },
    });
    expect(answer.body).toEqual({ data: { me: { id, role: 'FAN' }, concert: { title: 'Concert c1' } } });
  });

  it('is absent without a token', async () => {
    const { body } = await (await gateway()).query(who);
    expect(body).toEqual({ data: { me: null, concert: { title: 'Concert c1' } } });
  });

  it.each([
    ['forged', () => forgedToken()],
    ['expired', () => accessToken(newId(), -60)],
    ['malformed', () => Promise.resolve('not.a.token')],
  ])('of a %s token is refused before anything is executed', async (_kind, token) => {
    const subgraph = await startFakeSubgraph((response) => response.end('{"data":{}}'));
    const { query } = await startGatewayUnderTest({ USERS_URL: subgraph.url, CONCERTS_URL: subgraph.url });
    const { status, body } = await query(who, { headers: { authorization: `Bearer ${await token()}` } });
    expect(subgraph.requests).toEqual([]);
    expect(status).toBe(401);
    expect(body).toEqual({
      errors: [
        {
          message: 'The access token is not valid, or it has expired.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('is refused if the header is not a bearer token', async () => {
    const { status, body } = await (await gateway()).query(who, { headers: { authorization: 'Basic YTpi' } });
    expect(status).toBe(401);
    expect(body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
  });
});

describe('while the public keys are not available', () => {
  it('clients that are logged in are told to come back, and all others are served', async () => {
    const concerts = await startSubgraph('concerts');
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url }, remoteKeySet(nowhere));
    const query = '{ concert(id: "c1") { title } }';
    const loggedIn = await gateway.query(query, {
      headers: { authorization: `Bearer ${await accessToken()}` },
    });
    expect(loggedIn.status).toBe(503);
    expect(loggedIn.body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect((await gateway.query(query)).body).toEqual({ data: { concert: { title: 'Concert c1' } } });
  });
});
