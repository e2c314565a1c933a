import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Fan } from '@frontrow/stack/fan';
import { differencesOf } from './shows.ts';

/** A gateway at which only tokens from the log-in of `fan@example.org` are still valid. */
async function gateway(): Promise<Server> {
  const answerTo = (operation: string, authorization: string | undefined) => {
    if (operation.includes('logIn')) {
      const isFan = operation.includes('fan@example.org');
      const session = { __typename: 'Session', accessToken: 'new', user: { id: 'fan' } };
      return { data: { session: isFan ? session : { __typename: 'Refusal', code: 'NOBODY', message: '' } } };
    }
    if (authorization !== 'Bearer new')
      return { data: null, errors: [{ message: '', extensions: { code: 'UNAUTHENTICATED' } }] };
    return { data: { reservation: { status: 'CONFIRMED' }, me: { wallet: { balance: 0 } } } };
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(body, request.headers.authorization)));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('fans of the shows', () => {
  let server: Server;
  beforeEach(async () => (server = await gateway()));
  afterEach(() => server.close());

  it('are asked what they have, though things went wrong for longer than their access tokens live', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    const fan = new Fan(url, 'old', 'fan');
    const owner = { fan, email: 'fan@example.org', reservationId: 'one' };
    expect(await differencesOf(owner, 'CONFIRMED with 0 points')).toEqual([]);
    expect(await differencesOf(owner, 'CANCELLED with 100 points')).toEqual([
      'reservation one of a show: CONFIRMED with 0 points instead of CANCELLED with 100 points',
    ]);
  });
});
