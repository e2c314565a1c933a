import { openDatabase } from '@frontrow/kit/database';
import { makePrivateCa } from '@frontrow/stack/testing/private-ca';
import type { PrivateCa } from '@frontrow/stack/testing/private-ca';
import { closeBroker, connectBroker, ensureStream } from './broker.ts';
import { databaseOn, silent } from './testing/service.ts';
import { startOwnBroker, startOwnDatabaseServer } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';

/** By the name that the certificate is for. */
const named = (url: string) => url.replace('127.0.0.1', 'localhost');

let trusted: PrivateCa;
let stranger: PrivateCa;
let elsewhere: PrivateCa;
const servers: OwnServer[] = [];
beforeAll(async () => {
  [trusted, stranger, elsewhere] = await Promise.all([
    makePrivateCa(),
    makePrivateCa(),
    makePrivateCa(['elsewhere.test']),
  ]);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end();
});
afterAll(async () => {
  await trusted.remove();
  await stranger.remove();
  await elsewhere.remove();
});
const started = (server: OwnServer) => {
  servers.push(server);
  return server.url;
};

describe('a service that is told which authority to trust', () => {
  const broker = (url: string, ca = trusted.ca) =>
    connectBroker({ urls: [url], service: 'tested', ca, replicas: 1, log: silent });
  const database = (url: string, ca = trusted.ca) =>
    openDatabase({ url, ca, connections: 2, entities: [], migrations: [], log: silent });

  it('talks to a broker whose certificate is from there, and to no other', async () => {
    const url = started(await startOwnBroker({ tls: trusted.server }));
    const connected = await broker(named(url));
    await ensureStream(connected);
    await closeBroker(connected);
    await expect(broker(named(url), stranger.ca)).rejects.toThrow('the broker refuses tested');
  }, 30_000);

  it('talks to no server that has the certificate of another one', async () => {
    const url = started(await startOwnBroker({ tls: elsewhere.server }));
    await expect(broker(named(url), elsewhere.ca)).rejects.toThrow(/altnames/);
    const databaseUrl = await databaseOn(started(await startOwnDatabaseServer({ tls: elsewhere.server })));
    await expect(database(named(databaseUrl), elsewhere.ca)).rejects.toThrow(/altnames/);
  }, 60_000);

  it('says nothing to a broker without TLS', async () => {
    const url = started(await startOwnBroker());
    await expect(broker(named(url))).rejects.toThrow('the broker refuses tested');
  }, 30_000);

  it('talks to a database whose certificate is from there, and to no other', async () => {
    const url = await databaseOn(started(await startOwnDatabaseServer({ tls: trusted.server })));
    // Root may connect from 127.0.0.1 only, which is what localhost is to the server.
    const opened = await database(named(url));
    const [row] = await opened.query<{ Value: string }[]>(`SHOW STATUS LIKE 'Ssl_cipher'`);
    expect(row?.Value).toMatch(/^TLS/);
    await opened.destroy();
    await expect(database(named(url), stranger.ca)).rejects.toThrow(/certificate/);
  }, 60_000);

  it('says nothing to a database without TLS', async () => {
    const url = await databaseOn(started(await startOwnDatabaseServer()));
    // MariaDB has no TLS then; MySQL has a certificate that it made up itself.
    await expect(database(named(url))).rejects.toThrow(/secure connection|certificate/);
  }, 60_000);
});
