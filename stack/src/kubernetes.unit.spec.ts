import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { parseAllDocuments } from 'yaml';
import { environmentFile } from '../secrets.mjs';
import { databaseAddresses } from './database-addresses.ts';
import { rootFolder } from './home.ts';
import { folderOf, services, standardPorts, subgraphs } from './layout.ts';
import { mistakesIn } from './testing/kubernetes-schemas.ts';
import type { Manifest } from './testing/kubernetes-schemas.ts';
import { serviceSettings } from './testing/service-settings.ts';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean } };
}
interface Container {
  name: string;
  image: string;
  command: string[];
  ports: { name: string; containerPort: number }[];
  envFrom: { configMapRef: { name: string } }[];
  env: Variable[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: object;
  volumeMounts: { name: string; mountPath: string }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}
interface Probe {
  httpGet: { path: string; port: string };
  periodSeconds: number;
  failureThreshold: number;
}
interface Pods {
  replicas?: number;
  template: {
    metadata: { labels: Record<string, string> };
    spec: {
      containers: [Container];
      securityContext: object;
      volumes: { name: string; configMap?: { name: string } }[];
    };
  };
}

const folder = join(rootFolder, 'deploy/kubernetes');
const text = (file: string) => readFileSync(join(rootFolder, file), 'utf8');
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const declared = await serviceSettings();

const rendered = new Map<string, Manifest[]>();
function manifests(name: string): Manifest[] {
  const known = rendered.get(name);
  if (known) return known;
  const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', join(folder, name)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const all = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  rendered.set(name, all);
  return all;
}

const find = (all: Manifest[], kind: string, name: string) => {
  const found = all.find((each) => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
};
const podsOf = (manifest: Manifest) => manifest.spec as unknown as Pods;
const containerOf = (manifest: Manifest) => podsOf(manifest).template.spec.containers[0];

/** The output of secrets.mjs for an .env with made-up values, by name. */
function madeSecrets(): ReadonlyMap<string, Record<string, string>> {
  const made = spawnSync('node', [join(folder, 'secrets.mjs'), '--env', '-'], {
    input: environmentFile(),
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const { items } = JSON.parse(made.stdout) as {
    items: { metadata: { name: string }; stringData: Record<string, string> }[];
  };
  return new Map(items.map(({ metadata, stringData }) => [metadata.name, stringData]));
}

const secrets = madeSecrets();

/** The environment of a container, with its secrets looked up. */
function environmentOf(all: Manifest[], { envFrom, env }: Container): Record<string, string> {
  const maps = envFrom.map(({ configMapRef }) => find(all, 'ConfigMap', configMapRef.name).data ?? {});
  const own = env.flatMap(({ name, value, valueFrom }) => {
    const reference = valueFrom?.secretKeyRef;
    if (reference === undefined) return [[name, value ?? '']];
    const secret = secrets.get(reference.name)?.[reference.key];
    if (secret === undefined && reference.optional !== true)
      throw new Error(`no secret ${reference.name} has ${reference.key}`);
    return secret === undefined ? [] : [[name, secret]];
  });
  return Object.assign({}, ...maps, Object.fromEntries(own)) as Record<string, string>;
}

/** The collector that docs/operations.md suggests, which the policies let services reach. */
const collector = new URL(/http:\/\/collector\.[a-z]+:\d+/.exec(text('docs/operations.md'))?.[0] ?? '');

/** The files of the ConfigMap `authorities`, which whoever runs a cluster in production makes. On one machine there is none. */
const authorities = new Set(text('deploy/kubernetes/README.md').match(/(?<=`)\w+\.crt(?=`)/g));

/**
 * The environment of a pod without the files that it finds when it starts. They do not exist here, which is not a mistake in its
 * settings; a file that its cluster does not have is one.
 */
function environmentWithoutFiles(folder: string, manifest: Manifest): Record<string, string> {
  const { volumes, containers } = podsOf(manifest).template.spec;
  const isOnOneMachine = folder.startsWith('overlays/local');
  const isThere = (path: string) =>
    !isOnOneMachine &&
    containers[0].volumeMounts.some(({ name, mountPath }) => {
      const { configMap } = volumes.find((volume) => volume.name === name) ?? {};
      return (
        configMap?.name === 'authorities' && dirname(path) === mountPath && authorities.has(basename(path))
      );
    });
  const environment = Object.entries(environmentOf(manifests(folder), containers[0]));
  return Object.fromEntries(
    environment.filter(([name, path]) => !name.endsWith('_CA_FILE') || !isThere(path)),
  );
}

const title = hasKubectl ? 'deploy/kubernetes' : 'deploy/kubernetes (skipped: there is no kubectl)';
(hasKubectl ? describe : describe.skip)(title, () => {
  const jobs = {
    audit: { 'overlays/local': 'overlays/local/audit', 'overlays/production': 'audit' },
    stream: { 'overlays/local': 'overlays/local/stream', 'overlays/production': 'stream' },
  };
  const overlays = ['overlays/local', 'overlays/production'] as const;
  const folders = [...overlays, 'migrations', ...Object.values(jobs).flatMap((of) => Object.values(of))];

  it.each(folders)(
    '%s is accepted by the schemas of the API, and has no field that they do not know',
    async (name) => {
      const mistakes: string[] = [];
      for (const manifest of manifests(name)) mistakes.push(...(await mistakesIn(manifest)));
      expect(mistakes).toEqual([]);
    },
  );

  it('names a field that is misspelt, and one that is missing', async () => {
    const gateway = structuredClone(find(manifests('overlays/production'), 'Deployment', 'gateway'));
    const container = containerOf(gateway) as unknown as Record<string, unknown>;
    container['redinessProbe'] = container['readinessProbe'];
    Reflect.deleteProperty(container, 'name');
    const mistakes = await mistakesIn(gateway);
    expect(mistakes).toEqual([
      expect.stringMatching(/containers\/0.*name/),
      expect.stringMatching(/containers\/0\/redinessProbe: is unknown$/),
    ]);
  });

  describe.each(overlays)('%s', (overlay) => {
    describe.each(services)('%s', (service) => {
      const deployment = () => find(manifests(overlay), 'Deployment', service);

      it('runs the compiled source, on the port that others use', () => {
        const { command, ports, image } = containerOf(deployment());
        expect([image, ...command]).toEqual(['frontrow', 'node', `${folderOf(service)}/dist/main.js`]);
        const port = standardPorts[service];
        expect(ports).toEqual([
          { name: 'http', containerPort: port },
          { name: 'metrics', containerPort: 9464 },
        ]);
        const { spec } = find(manifests(overlay), 'Service', service);
        expect(spec).toMatchObject({ ports: [{ name: 'http', port, targetPort: 'http' }] });
      });

      it('has settings that it accepts, and only those that it reads', () => {
        const environment = environmentOf(manifests(overlay), containerOf(deployment()));
        expect(environment['PORT']).toBe(String(standardPorts[service]));
        const told = environmentWithoutFiles(overlay, deployment());
        expect(() => readSettings(declared[service], told)).not.toThrow();
        const unread = Object.keys(environment).filter((name) => !(name in declared[service]));
        expect(unread).toEqual([]);
      });

      it('sends its traces when a collector is named', () => {
        const environment = environmentWithoutFiles(overlay, deployment());
        expect(environment['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('');
        const named = { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.href };
        expect(readSettings(declared[service], named)).toMatchObject({
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.href,
          OTEL_TRACES_SAMPLER: 'traceidratio',
        });
      });

      it('is asked for its health at the port where it answers', () => {
        const { startupProbe, livenessProbe, readinessProbe } = containerOf(deployment());
        const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
        const told = ['/healthz', '/healthz', '/readyz'];
        expect(paths).toEqual(told.map((path) => ({ path, port: 'http' })));
        for (const path of told) expect(text('kit/src/http-server.ts')).toContain(`app.get('${path}'`);
      });

      it('is not root, may write nothing, and has limits', () => {
        const { securityContext, resources } = containerOf(deployment());
        expect(podsOf(deployment()).template.spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 1000,
        });
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys({ ...resources.requests, ...resources.limits }).sort()).toEqual(['cpu', 'memory']);
      });

      it('loses one pod at a time when nodes are drained', () => {
        const { spec } = find(manifests(overlay), 'PodDisruptionBudget', service);
        const selector = { matchLabels: { 'app.kubernetes.io/name': service } };
        expect(spec).toEqual({ maxUnavailable: 1, selector });
        expect(podsOf(deployment()).template.metadata.labels).toMatchObject(selector.matchLabels);
      });
    });

    it.each(subgraphs)('leaves %s an hour to wait for its database and to migrate it', (subgraph) => {
      const { startupProbe } = containerOf(find(manifests(overlay), 'Deployment', subgraph));
      expect(startupProbe!.periodSeconds * startupProbe!.failureThreshold).toBe(3_600);
    });

    it('has an audit that is given all its databases', () => {
      const job = find(manifests(jobs.audit[overlay]), 'Job', 'audit');
      const environment = environmentWithoutFiles(jobs.audit[overlay], job);
      const { databaseUrl } = databaseAddresses(environment, rootFolder);
      for (const subgraph of subgraphs)
        expect(databaseUrl(subgraph)).toBe(secrets.get(`${subgraph}-database`)!['url']);
      expect(containerOf(job).command).toEqual(['node', 'audit/dist/main.js']);
    });

    it('has a job for the stream of its own broker', () => {
      const job = find(manifests(jobs.stream[overlay]), 'Job', 'stream');
      const environment = environmentWithoutFiles(jobs.stream[overlay], job);
      const { NATS_URL, NATS_PASSWORD, NATS_CA_FILE, NATS_REPLICAS } = subgraphSettings;
      const read = { NATS_URL, NATS_PASSWORD, NATS_CA_FILE, NATS_REPLICAS };
      expect(() => readSettings(read, environment)).not.toThrow();
      const pod = environmentOf(
        manifests(overlay),
        containerOf(find(manifests(overlay), 'Deployment', 'users')),
      );
      const told = environmentOf(manifests(jobs.stream[overlay]), containerOf(job));
      for (const name of ['NATS_URL', 'NATS_CA_FILE', 'NATS_REPLICAS']) expect(told[name]).toBe(pod[name]);
      expect(containerOf(job).command).toEqual(['node', 'events/dist/update-stream.js']);
    });
  });

  it('on one machine asks for less than one processor in all', () => {
    const requested = manifests('overlays/local').flatMap((manifest) => {
      if (!['Deployment', 'StatefulSet'].includes(manifest.kind)) return [];
      const cpu = String(containerOf(manifest).resources.requests['cpu']);
      return (podsOf(manifest).replicas ?? 1) * (cpu.endsWith('m') ? parseInt(cpu) : 1_000 * Number(cpu));
    });
    expect(requested).toHaveLength(services.length + 2);
    expect(requested.reduce((sum, one) => sum + one)).toBeLessThan(1_000);
  });

  it('begins a sale with the replicas that it needs, and scales by metrics that exist', () => {
    const production = manifests('overlays/production');
    const scalers = production.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    const least = Object.fromEntries(
      scalers.map(({ metadata, spec }) => [metadata.name, spec!['minReplicas']]),
    );
    const starting = {
      users: 3,
      queue: 3,
      concerts: 5,
      reservations: 3,
      payments: 3,
      sagas: 2,
      deliveries: 2,
    };
    expect(least).toEqual({ ...starting, gateway: 3 });
    for (const { metadata, spec } of scalers) {
      expect(spec!['scaleTargetRef']).toEqual({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: metadata.name,
      });
      expect(podsOf(find(production, 'Deployment', metadata.name)).replicas).toBeUndefined();
    }
    const metrics = new Set(JSON.stringify(scalers).match(/frontrow_\w+/g));
    expect([...metrics].sort()).toEqual([
      'frontrow_consumer_pending',
      'frontrow_subscribers',
      'frontrow_subscriptions',
    ]);
    const table = text('kit/src/metric-table.ts');
    for (const metric of metrics) expect(table).toContain(metric.replace('frontrow_', ''));
  });

  it('migrates each database with a job, before pods that only check', () => {
    const migrations = manifests('migrations').filter(({ kind }) => kind === 'Job');
    expect(migrations.map(({ metadata }) => metadata.name).sort()).toEqual(
      subgraphs.map((name) => `${name}-migrations`).sort(),
    );
    for (const subgraph of subgraphs) {
      const job = find(migrations, 'Job', `${subgraph}-migrations`);
      const environment = environmentWithoutFiles('migrations', job);
      const settings = readSettings(declared[subgraph], environment) as Record<string, unknown>;
      expect([containerOf(job).command[1], settings['MIGRATIONS']]).toEqual([
        `${folderOf(subgraph)}/dist/main.js`,
        'only',
      ]);
      const pod = containerOf(find(manifests('overlays/production'), 'Deployment', subgraph));
      const told = environmentOf(manifests('overlays/production'), pod);
      expect([told['MIGRATIONS'], told['DATABASE_URL']]).toEqual(['check', expect.stringMatching(/^mysql:/)]);
    }
  });

  it('has three NATS servers with accounts and TLS, whose disks contain what they have acknowledged', () => {
    const { spec } = find(manifests('overlays/production'), 'StatefulSet', 'nats');
    expect(spec).toMatchObject({ replicas: 3, serviceName: 'nats' });
    const server = text('deploy/kubernetes/nats/server.conf');
    for (const line of ['sync_interval: always', 'cert_file:', 'verify: true', 'include ./accounts.conf'])
      expect(server).toContain(line);
    const passwords = containerOf(find(manifests('overlays/production'), 'StatefulSet', 'nats')).env;
    const asked = [...new Set(text('events/nats/accounts.conf').match(/\w+_NATS_PASSWORD/g))];
    const given = passwords.map(({ name }) => name).filter((name) => name.endsWith('_NATS_PASSWORD'));
    expect(given.sort()).toEqual(asked.sort());
  });

  it('lets only the gateway talk to subgraphs, except for their public keys, lets monitoring read metrics, and lets it be sent traces', () => {
    const policies = manifests('overlays/production').filter(({ kind }) => kind === 'NetworkPolicy');
    const closed = find(policies, 'NetworkPolicy', 'nobody-by-default');
    expect(closed.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const whoMay = (name: string) => JSON.stringify(find(policies, 'NetworkPolicy', name).spec!['ingress']);
    expect(whoMay('subgraphs').match(/"app.kubernetes.io[^}]*/g)).toEqual([
      '"app.kubernetes.io/component":"gateway"',
    ]);
    expect(whoMay('keys-of-users')).toContain('"app.kubernetes.io/component":"subgraph"');
    expect(whoMay('keys-of-queue')).toContain('"app.kubernetes.io/name":"concerts"');
    expect(whoMay('metrics-for-monitoring')).toContain('"kubernetes.io/metadata.name":"monitoring"');
    const sends = find(policies, 'NetworkPolicy', 'traces-for-monitoring').spec!;
    expect(sends['podSelector']).toEqual(
      find(policies, 'NetworkPolicy', 'metrics-for-monitoring').spec!['podSelector'],
    );
    expect(sends['egress']).toEqual([
      {
        to: [
          {
            namespaceSelector: {
              matchLabels: { 'kubernetes.io/metadata.name': collector.hostname.split('.')[1] },
            },
          },
        ],
        ports: [{ port: Number(collector.port) }],
      },
    ]);
    const opened = policies.filter(({ spec }) =>
      JSON.stringify(spec!['ingress'] ?? '').includes('"port":"http"'),
    );
    expect(opened.map(({ metadata }) => metadata.name).sort()).toEqual([
      'gateway',
      'keys-of-queue',
      'keys-of-users',
      'subgraphs',
    ]);
  });
});
