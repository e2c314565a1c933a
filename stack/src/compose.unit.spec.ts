import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { processSettings, readSettings } from '@frontrow/kit/settings';
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
import { serviceSettings } from './testing/service-settings.ts';
import { environmentFile, lackingIn } from '../secrets.mjs';

interface Container {
  image: string;
  build?: string;
  restart?: string;
  read_only?: boolean;
  profiles?: string[];
  stop_grace_period?: string;
  mem_limit: string;
  logging: unknown;
  command: string | string[];
  ports?: string[];
  volumes?: string[];
  environment: Record<string, string>;
  healthcheck: { test: string[] };
  depends_on: Record<string, { condition: string }>;
  networks: string[];
}

const text = (file: string) => readFileSync(join(rootFolder, file), 'utf8');
const compose = parse(text('docker-compose.yml'), { merge: true, maxAliasCount: -1 }) as {
  services: Record<string, Container>;
};
const container = (name: string) => compose.services[name]!;

const declared = await serviceSettings();
/** All settings of the gateway that have a default. */
const optionalGatewaySettings = Object.keys(declared.gateway).filter(
  (name) => name !== 'PORT' && !name.endsWith('_URL') && !(name in processSettings),
);
const optionalSettings: Partial<Record<Service, readonly string[]>> = {
  gateway: optionalGatewaySettings,
  users: ['REGISTRATIONS_PER_ADDRESS', 'FAILED_LOG_INS_PER_ADDRESS'],
  queue: ['CHALLENGE_DIFFICULTY', 'GRACE_AFTER_OUTAGE_SECONDS'],
};

/** Where mails go in containers, unless .env says otherwise. */
const mailSettings: Record<string, string> = {
  SMTP_URL: 'smtp://mailbox:1025',
  MAIL_FROM: 'Frontrow <tickets@frontrow.test>',
  STOREFRONT_URL: `http://localhost:${standardPorts.gateway}`,
};

/** The settings of the service when it runs on one machine. */
function localSettings(service: Service): Record<string, string> {
  const databases = Object.fromEntries(subgraphs.map((name) => [name, 'secret']));
  const receivers = { 'data-platform': 'secret', slack: 'secret' };
  const broker = databases;
  const secrets = { gateway: 'secret', mailLinks: 'secret', databases, broker, receivers } as Secrets;
  const layout = { ports: standardPorts, replicas: 1, natsServers: 1 } as const;
  return settingsOf(service, 0, layout, secrets, { email: 'operator@frontrow.test', password: 'secret' });
}

describe('docker-compose.yml', () => {
  it('has every service of the layout, a database server for each subgraph, and the broker', () => {
    const expected = [...services, ...subgraphs.map((name) => `${name}-mysql`), 'nats', 'mailbox'];
    const started = Object.keys(compose.services).filter((name) => !container(name).profiles);
    expect(started.sort()).toEqual(expected.sort());
  });

  it('exposes the gateway to the network and nothing else, and the mailbox and Grafana to this machine', () => {
    const open = Object.keys(compose.services).filter((name) => container(name).ports);
    expect(open).toEqual(['gateway', 'mailbox', 'grafana']);
    expect(container('mailbox').ports).toEqual(['127.0.0.1:${MAILBOX_PORT:-8025}:8025']);
    expect(container('grafana').ports).toEqual(['127.0.0.1:${GRAFANA_PORT:-3000}:3000']);
    expect(container('gateway').ports).toEqual([`\${GATEWAY_PORT:-4000}:${standardPorts.gateway}`]);
  });

  describe.each(services)('%s', (service) => {
    const { command, environment, healthcheck, depends_on } = container(service);

    it('runs the compiled source', () => {
      expect(command).toBe(`node ${folderOf(service)}/dist/main.js`);
      expect(existsSync(join(rootFolder, folderOf(service), 'src/main.ts'))).toBe(true);
    });

    it('has the same settings as on one machine', () => {
      const local = localSettings(service);
      const traces = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'];
      const common = ['LOG_LEVEL', 'NODE_ENV', 'METRICS_PORT', ...traces];
      const passedOn = optionalSettings[service] ?? [];
      expect(Object.keys(environment).sort()).toEqual([...Object.keys(local), ...common, ...passedOn].sort());
      expect(environment['PORT']).toBe(local['PORT']);
      for (const [name, value] of Object.entries(local)) {
        if (name in mailSettings) expect(environment[name]).toBe(`\${${name}:-${mailSettings[name]}}`);
        else if (isOutside(value)) expect(environment[name]).toBe(`\${${name}:-}`);
        else if (value.startsWith('http:')) expect(environment[name]).toBe(inContainers(value));
      }
    });

    it('is given only settings that it reads', () => {
      const unread = Object.keys(environment).filter((name) => !(name in declared[service]));
      expect(unread).toEqual([]);
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
    '%s opens a database that its own server makes, and that no other service can reach',
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
      // The audit reads it on request, and no service waits for the audit.
      expect(neighbours.sort()).toEqual(['audit', subgraph, server].sort());
    },
  );

  it('passes on the settings of the gateway, and has no defaults of its own', () => {
    const { environment } = container('gateway');
    expect(optionalGatewaySettings).toContain('MAX_COST');
    for (const name of optionalGatewaySettings) {
      const inContainer = name === 'TRUSTED_DOCUMENTS' ? ':+/frontrow/trusted-documents.json' : ':-';
      expect(environment[name]).toBe(`\${${name}${inContainer}}`);
    }
  });

  it('gives each subgraph the password of its own account at the broker, and the broker all of them', () => {
    const { environment, command } = container('nats');
    const accounts = [...subgraphs, 'administrator'].map((name) => `${name.toUpperCase()}_NATS_PASSWORD`);
    expect(Object.keys(environment).sort()).toEqual(accounts.sort());
    for (const name of accounts) expect(environment[name]).toBe(`"\${${name}:?npm run secrets}"`);
    for (const subgraph of subgraphs) {
      const variables = JSON.stringify(container(subgraph).environment).match(/\w+_NATS_PASSWORD/g);
      expect(variables).toEqual([`${subgraph.toUpperCase()}_NATS_PASSWORD`]);
    }
    expect(container('gateway').environment).not.toHaveProperty('NATS_PASSWORD');
    expect(command).toEqual(['--config', '/etc/frontrow/server.conf']);
    const listening = text('events/nats/server.conf').match(/^(listen|http\w*): \S+/gm);
    expect(listening).toEqual(['listen: "0.0.0.0:4222"', 'http: "127.0.0.1:8222"']);
  });

  it('has an audit, when asked for it, that reads the databases as their services do', () => {
    const { profiles, command, environment } = container('audit');
    expect([profiles, command]).toEqual([['audit'], 'node audit/dist/main.js']);
    expect(environment).toEqual(
      Object.fromEntries(
        subgraphs.map((name) => [
          `DATABASE_URL_${name.toUpperCase()}`,
          container(name).environment['DATABASE_URL'],
        ]),
      ),
    );
  });

  it('has a Jaeger, when asked for it, that every service can send traces to and Grafana asks', () => {
    const { profiles, networks } = container('jaeger');
    expect(profiles).toEqual(['observe']);
    for (const name of [...services, 'grafana'])
      expect(container(name).networks.some((network) => networks.includes(network))).toBe(true);
    expect(text('.env.example')).toContain('http://jaeger:4318');
    const { datasources } = parse(text('deploy/grafana/provisioning/datasources/jaeger.yml')) as {
      datasources: { type: string; url: string }[];
    };
    expect(datasources).toMatchObject([{ type: 'jaeger', url: 'http://jaeger:16686' }]);
  });

  it('has a Prometheus and a Grafana, when asked for them, with the files that tests check', () => {
    const { profiles, volumes, networks } = container('prometheus');
    expect([profiles, container('grafana').profiles]).toEqual([['observe'], ['observe']]);
    expect(volumes).toContain('./deploy/prometheus:/etc/prometheus:ro');
    for (const service of services) {
      expect(container(service).networks.some((network) => networks.includes(network))).toBe(true);
      expect(container(service).environment['METRICS_PORT']).toBe('9464');
    }
    const own = container('grafana').volumes!.filter((volume) => volume.startsWith('./deploy/grafana/'));
    for (const volume of own) expect(existsSync(join(rootFolder, volume.split(':')[0]!))).toBe(true);
    expect(own).toHaveLength(2);
  });

  it('builds the image of all services once, in the service for which all others wait', () => {
    const ours = Object.keys(compose.services).filter((name) => container(name).image === 'frontrow');
    expect(ours).toEqual(expect.arrayContaining([...services]));
    expect(ours.filter((name) => container(name).build)).toEqual(['users']);
    for (const name of ours) expect(container(name)).toMatchObject({ pull_policy: 'never', read_only: true });
  });

  it('names each image from outside by an exact version', () => {
    const others = Object.values(compose.services).map(({ image }) => image);
    for (const image of new Set(others))
      if (image !== 'frontrow') expect(image).toMatch(/:v?\d+\.\d+\.\d+(-alpine)?$/);
  });

  it('limits the memory and the logs of every container', () => {
    for (const name of Object.keys(compose.services)) {
      expect([name, container(name).mem_limit]).toEqual([name, expect.stringMatching(/^\d+[mg]$/)]);
      expect([name, container(name).logging]).toEqual([
        name,
        { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
      ]);
    }
  });

  it('gives every server time to end, and a health check that says when it is up', () => {
    const servers = Object.keys(compose.services).filter((name) => container(name).restart !== undefined);
    expect(servers).toHaveLength(services.length + subgraphs.length + 5);
    for (const name of servers) expect([name, container(name)]).toHaveProperty('1.healthcheck.test');
    for (const name of servers.filter((name) => name !== 'mailbox')) {
      const seconds = Number(/^(\d+)s$/.exec(container(name).stop_grace_period ?? '')?.[1]);
      // Services give requests in progress 10 s; a database has to write its memory to disk.
      expect([name, seconds >= (name.endsWith('-mysql') ? 60 : 15)]).toEqual([name, true]);
    }
  });

  it('uses only variables that .env.example explains', () => {
    const required = text('docker-compose.yml').matchAll(/\$\{(\w+):\?/g);
    for (const [, variable] of required)
      expect(text('.env.example')).toMatch(new RegExp(`^${variable}=`, 'm'));
  });
});

describe('a newcomer', () => {
  /** The environments of the containers with this text as .env. */
  const environmentsWith = (env: string) => {
    const variables = parseEnv(env) as Record<string, string>;
    return Object.fromEntries(
      services.map((name) => [name, interpolated(container(name).environment, variables)]),
    );
  };
  const accepted = (service: Service, environment: Record<string, string>) =>
    readSettings(declared[service], environment);

  it('starts no container with an unchanged .env.example', () => {
    expect(() => environmentsWith(text('.env.example'))).toThrow(/\w+ is not set: npm run secrets/);
  });

  it('gets settings from npm run secrets that every service accepts, with no secret twice', () => {
    const env = environmentFile();
    const environments = environmentsWith(env);
    for (const service of services) expect(() => accepted(service, environments[service]!)).not.toThrow();
    expect(lackingIn(env)).toEqual([]);
    const values = [...env.matchAll(/^\w+(?:SECRET|PASSWORD)=(.+)$/gm)].map(([, value]) => value);
    expect(values.length).toBe(3 + 2 * subgraphs.length + 1);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(value).toMatch(/^[a-z][a-z0-9]{32,}$/);
  });

  it('reports each placeholder, wherever it stands', () => {
    const env = environmentFile().replaceAll(
      /^(\w+(?:SECRET|PASSWORD))=.+$/gm,
      '$1=replace-me-with-32-characters-or-more',
    );
    const environments = environmentsWith(env);
    for (const service of services) {
      const secrets =
        service === 'gateway' ? ['GATEWAY_SECRET'] : ['GATEWAY_SECRET', 'DATABASE_URL', 'NATS_PASSWORD'];
      for (const name of secrets)
        expect(() => accepted(service, environments[service]!)).toThrow(`${name}: is a placeholder`);
    }
  });

  it('is written so that nobody else can read it, and never overwritten', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frontrow-env-'));
    try {
      mkdirSync(join(folder, 'stack'));
      for (const file of ['stack/secrets.mjs', '.env.example', 'docker-compose.yml'])
        cpSync(join(rootFolder, file), join(folder, file));
      const run = (...args: string[]) =>
        spawnSync('node', [join(folder, 'stack/secrets.mjs'), ...args], { encoding: 'utf8' });
      const env = () => readFileSync(join(folder, '.env'), 'utf8');
      expect(run().status).toBe(0);
      expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
      const first = env();
      expect(run().status).toBe(0);
      expect(env()).toBe(first);

      const older = first.replace(/^USERS_NATS_PASSWORD=.*\n/m, '');
      writeFileSync(join(folder, '.env'), older);
      const { status, stderr } = run();
      expect([status, stderr]).toEqual([1, expect.stringContaining('It lacks: USERS_NATS_PASSWORD.')]);
      expect(env()).toBe(older);
      expect(run('--add').status).toBe(0);
      expect(env().startsWith(older)).toBe(true);
      expect(lackingIn(env())).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the Dockerfile', () => {
  const instructions = text('Dockerfile').split('\n');

  it('begins with a Node that is named by its digest, and ends with a user that is not root', () => {
    const bases = instructions.filter((line) => line.startsWith('FROM '));
    expect(bases[0]).toMatch(/^FROM node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64} AS node$/);
    const stages = ['node', ...bases.map((line) => line.split(' AS ')[1])];
    for (const base of bases.slice(1)) expect(stages).toContain(base.split(' ')[1]);
    expect(instructions.at(-2)).toBe('USER 1000');
  });

  it('contains the compiled packages that run, and nothing that only tests or measurements need', () => {
    const shipped = [
      ...text('Dockerfile')
        .split('\nFROM node\n')[1]!
        .matchAll(/^COPY --from=build (\S+)/gm),
    ];
    const folders = shipped.map(([, folder]) => folder!.replace('/frontrow/', ''));
    expect(folders).toEqual(['events', 'kit', 'subgraphs', 'gateway', 'stack', 'audit', 'storefront/dist']);
    const installed = [...text('Dockerfile').matchAll(/ -w (subgraphs\/\w+|gateway|stack|audit)(?= )/g)];
    expect(installed.map(([, folder]) => folder!)).toEqual([...services.map(folderOf), 'stack', 'audit']);
    const ignored = text('.dockerignore').split('\n');
    expect(ignored).toEqual(
      expect.arrayContaining(['chaos/*', 'tests/*', 'bench/*', '.env', '.git', '**/dist']),
    );
  });

  it('knows the package.json of every workspace', () => {
    const { workspaces } = JSON.parse(text('package.json')) as { workspaces: string[] };
    for (const folder of workspaces.flatMap(expand)) {
      expect(text('Dockerfile')).toContain(`COPY ${folder}/package.json ${folder}/\n`);
    }
  });
});

/** Interpolates as compose does: ${NAME:-instead}, ${NAME:+instead}, ${NAME:?message}. */
function interpolated(
  environment: Record<string, string>,
  variables: Record<string, string>,
): Record<string, string> {
  const one = (text: string) =>
    text.replaceAll(/\$\{(\w+):([-+?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) => {
      const value = variables[name] || undefined;
      if (operator === '?' && value === undefined) throw new Error(`${name} is not set: ${rest}`);
      if (operator === '+') return value === undefined ? '' : rest;
      return value ?? rest;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, one(text)]));
}

/** Containers have no stand-ins for outside systems: .env gives their addresses, or they are off. */
const isOutside = (url: string) => url.includes(`:${standardPorts.receivers}/`);

/** In containers, the host of a service is its name. */
function inContainers(url: string): string {
  const service = services.find((name) => url.includes(`:${standardPorts[name]}/`));
  return url.replace('127.0.0.1', service ?? 'nobody');
}

/** `subgraphs/*` becomes each of its folders. */
function expand(pattern: string): string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(rootFolder, parent)).map((name) => `${parent}/${name}`);
}
