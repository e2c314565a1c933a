import { allPorts, highestGatewayPort, mostReplicas, portsFrom, standardPorts } from './layout.ts';
import { readOptions, UsageError } from './options.ts';

describe('the options of npm start', () => {
  it('are a plain system when none is given', () => {
    expect(readOptions([], {})).toEqual({
      ports: standardPorts,
      replicas: 1,
      natsServers: 1,
      fresh: false,
      operator: {},
    });
  });

  it('come from the command line and the environment', () => {
    const environment = { GATEWAY_PORT: '8080', OPERATOR_EMAIL: 'boss@example.org' };
    expect(readOptions(['--fresh', '--replicas', '2', '--nats=3'], environment)).toMatchObject({
      ports: portsFrom(8080),
      replicas: 2,
      natsServers: 3,
      fresh: true,
      operator: { email: 'boss@example.org' },
    });
  });

  it.each([
    [['--replica', '2'], {}, '--replica'],
    [['--replicas', '0'], {}, '--replicas cannot be 0'],
    [['--replicas', 'two'], {}, '--replicas cannot be two'],
    [['--nats', '2'], {}, '--nats cannot be 2'],
    [[], { GATEWAY_PORT: '64596' }, 'GATEWAY_PORT cannot be 64596'],
  ])('refuse %j with %j', (args, environment, message) => {
    expect(() => readOptions(args, environment)).toThrow(UsageError);
    expect(() => readOptions(args, environment)).toThrow(message);
  });

  it('leave room for every port above the highest that the gateway may have', () => {
    const largest = { ports: portsFrom(highestGatewayPort), replicas: mostReplicas, natsServers: 3 } as const;
    expect(Math.max(...allPorts(largest).map(({ port }) => port))).toBeLessThan(65_536);
  });

  it('name everything that is wrong at once', () => {
    expect(() => readOptions(['--nats', '2'], { GATEWAY_PORT: 'x' })).toThrow(/--nats[^]*GATEWAY_PORT/);
  });
});
