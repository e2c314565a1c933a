import type { BrokerPasswords } from '../secrets.ts';
import { natsConfiguration } from './nats.ts';

const options = { program: 'nats-server', folder: '/data/nats', port: 4922, log: '/data/nats.log' };

describe('the configuration of a NATS server', () => {
  it('waits for the disk only if the version of the server can', () => {
    const durable = { ...options, durable: true };
    expect(natsConfiguration(durable, '2.9.10')).not.toContain('sync_interval');
    expect(natsConfiguration(durable, '2.10.0')).toContain('sync_interval: always');
    expect(natsConfiguration(durable, '2.15.1')).toContain('sync_interval: always');
    expect(natsConfiguration(options, '2.15.1')).not.toContain('sync_interval');
  });

  it('listens on this machine only', () => {
    const listening = natsConfiguration({ ...options, monitorPort: 8222 }, '2.9.10').match(
      /(listen|http):.*/g,
    );
    expect(listening).toEqual(['listen: "127.0.0.1:4922"', 'http: "127.0.0.1:8222"']);
  });

  it('has the other servers of its cluster, and not itself', () => {
    const cluster = { name: 'nats-2', port: 4933, ports: [4932, 4933, 4934] };
    const configuration = natsConfiguration({ ...options, cluster }, '2.9.10');
    expect(configuration).toContain('routes: ["nats://127.0.0.1:4932", "nats://127.0.0.1:4934"]');
    expect(configuration).toContain('server_name: "nats-2"');
  });

  it('admits only servers to the cluster that have its password, and contains no other password', () => {
    const cluster = { name: 'nats-2', port: 4933, ports: [4932, 4933] };
    const passwords = { administrator: 'of-administrator', payments: 'of-payments' } as BrokerPasswords;
    const configuration = natsConfiguration({ ...options, cluster, passwords }, '2.9.10');
    expect(configuration).toContain('authorization { user: route, password: $ROUTE_NATS_PASSWORD');
    expect(configuration).toContain('events/nats/accounts.conf');
    expect(configuration).not.toContain('of-payments');
  });
});
