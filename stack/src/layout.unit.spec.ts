import { allPorts, mostReplicas, settingsOf, standardPorts, subgraphs } from './layout.ts';
import type { Secrets } from './secrets.ts';

const databases = Object.fromEntries(subgraphs.map((name) => [name, `password-of-${name}`]));
const broker = { ...databases, administrator: 'password-of-administrator' };
const receivers = { 'data-platform': 'secret-of-data-platform', slack: 'secret-of-slack' };
const secrets = {
  gateway: 'gateway-secret',
  mysql: 'root',
  databases,
  broker,
  receivers,
  operator: 'op',
} as Secrets;
const operator = { email: 'operator@frontrow.test', password: 'op' };
const layout = { ports: standardPorts, replicas: 2, natsServers: 3 } as const;

describe('the layout', () => {
  it('never gives a port twice, however many replicas there are', () => {
    const ports = allPorts({ ...layout, replicas: mostReplicas }).map(({ port }) => port);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('gives each replica a port of its own, and the gateway all of them', () => {
    expect(settingsOf('users', 1, layout, secrets, operator)['PORT']).toBe('4101');
    expect(settingsOf('gateway', 0, layout, secrets, operator)['USERS_URL']).toBe(
      'http://127.0.0.1:4001/graphql,http://127.0.0.1:4101/graphql',
    );
  });

  it('gives a subgraph only its own database and its own account at the broker', () => {
    for (const subgraph of subgraphs) {
      const settings = JSON.stringify(settingsOf(subgraph, 0, layout, secrets, operator));
      for (const other of subgraphs)
        expect(settings.includes(`password-of-${other}`)).toBe(other === subgraph);
      expect(settings).not.toContain('password-of-administrator');
    }
    expect(JSON.stringify(settingsOf('gateway', 0, layout, secrets, operator))).not.toContain('password');
  });

  it('names all servers of a NATS cluster', () => {
    expect(settingsOf('queue', 0, layout, secrets, operator)).toMatchObject({
      NATS_URL: 'nats://127.0.0.1:4922,nats://127.0.0.1:4923,nats://127.0.0.1:4924',
      NATS_REPLICAS: '3',
    });
  });
});
