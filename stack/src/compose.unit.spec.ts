import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rootFolder } from './home.ts';
import {
  databaseOf,
  folderOf,
  services,
  settingsOf,
  standardPorts,
  subgraphs,
  type Service,
} from './layout.ts';
import type { Secrets } from './secrets.ts';

interface Container {
  command: string;
  ports?: string[];
  environment: Record<string, string>;
  healthcheck: { test: string[] };
  depends_on: Record<string, { condition: string }>;
  networks: string[];
}

const text = (file: string) => readFileSync(join(rootFolder, file), 'utf8');
const compose = parse(text('docker-compose.yml'), { merge: true }) as { services: Record<string, Container> };
const container = (name: string) => compose.services[name]!;

/** What the service is told when it runs on one machine. */
function localSettings(service: Service): Record<string, string> {
  const databases = Object.fromEntries(subgraphs.map((name) => [name, 'secret']));
  const receivers = { 'data-platform': 'secret', slack: 'secret' };
  const secrets = { gateway: 'secret', databases, receivers } as Secrets;
  const layout = { ports: standardPorts, replicas: 1, natsServers: 1 } as const;
  return settingsOf(service, 0, layout, secrets, { email: 'operator@frontrow.test', password: 'secret' });
}

describe('docker-compose.yml', () => {
  it('has every service of the layout, a database server for each subgraph, and the broker', () => {
    const expected = [...services, ...subgraphs.map((name) => `${name}-mysql`), 'nats'];
    expect(Object.keys(compose.services).sort()).toEqual(expected.sort());
  });

  it('opens the gateway to the world and nothing else', () => {
    expect(Object.keys(compose.services).filter((name) => container(name).ports)).toEqual(['gateway']);
    expect(container('gateway').ports).toEqual([`\${GATEWAY_PORT:-4000}:${standardPorts.gateway}`]);
  });

  describe.each(services)('%s', (service) => {
    const { command, environment, healthcheck, depends_on } = container(service);

    it('runs what its source is compiled to', () => {
      expect(command).toBe(`node ${folderOf(service)}/dist/main.js`);
      expect(existsSync(join(rootFolder, folderOf(service), 'src/main.ts'))).toBe(true);
    });

    it('has the same settings as on one machine', () => {
      const local = localSettings(service);
      const common = ['LOG_LEVEL', 'NODE_ENV'];
      expect(Object.keys(environment).sort()).toEqual([...Object.keys(local), ...common].sort());
      expect(environment['PORT']).toBe(local['PORT']);
      for (const [name, value] of Object.entries(local)) {
        if (isOutside(value)) expect(environment[name]).toBe(`\${${name}:-}`);
        else if (value.startsWith('http:')) expect(environment[name]).toBe(inContainers(value));
      }
    });

    it('is healthy when it says that it is ready', () => {
      expect(healthcheck.test.join(' ')).toContain("'http://127.0.0.1:' + process.env.PORT + '/readyz'");
    });

    it('waits for healthy containers that exist', () => {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(compose.services).toHaveProperty(name);
        expect(condition).toBe('service_healthy');
      }
    });
  });

  it.each(subgraphs)(
    '%s opens a database that its own server makes, and that only it can reach',
    (subgraph) => {
      const server = `${subgraph}-mysql`;
      const { environment, networks } = container(server);
      const { MYSQL_DATABASE: database, MYSQL_USER: user, MYSQL_PASSWORD: password } = environment;
      expect([database, user]).toEqual([databaseOf(subgraph), databaseOf(subgraph)]);
      expect(container(subgraph).environment['DATABASE_URL']).toBe(
        `mysql://${user}:${password}@${server}:3306/${database}`,
      );
      const neighbours = Object.keys(compose.services).filter((name) =>
        container(name).networks.some((network) => networks.includes(network)),
      );
      expect(neighbours.sort()).toEqual([subgraph, server]);
    },
  );

  it('asks for nothing that .env.example does not explain', () => {
    const required = text('docker-compose.yml').matchAll(/\$\{(\w+):\?/g);
    for (const [, variable] of required)
      expect(text('.env.example')).toMatch(new RegExp(`^${variable}=`, 'm'));
  });
});

describe('the Dockerfile', () => {
  it('knows the package.json of every workspace', () => {
    const { workspaces } = JSON.parse(text('package.json')) as { workspaces: string[] };
    for (const folder of workspaces.flatMap(expand)) {
      expect(text('Dockerfile')).toContain(`COPY ${folder}/package.json ${folder}/\n`);
    }
  });
});

/** There are no stand-ins for them in containers: .env says where they are, or they are off. */
const isOutside = (url: string) => url.includes(`:${standardPorts.receivers}/`);

/** In containers, a service's host is its name. */
function inContainers(url: string): string {
  const service = services.find((name) => url.includes(`:${standardPorts[name]}/`));
  return url.replace('127.0.0.1', service ?? 'nobody');
}

/** `subgraphs/*` → each of its folders. */
function expand(pattern: string): string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(rootFolder, parent)).map((name) => `${parent}/${name}`);
}
