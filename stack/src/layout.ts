import type { Secrets } from './secrets.ts';
import { subgraphs } from './subgraphs.ts';
import type { Subgraph } from './subgraphs.ts';

// What runs, where, and with which settings. docker-compose.yml says the same for containers, and compose.unit.spec.ts compares
// the two.

export { subgraphs };
export type { Subgraph };
export type Service = Subgraph | 'gateway';
export const services: readonly Service[] = [...subgraphs, 'gateway'];

/** The folder that holds a service's `src/main.ts`. */
export const folderOf = (service: Service) => (service === 'gateway' ? 'gateway' : `subgraphs/${service}`);

/** The database of a subgraph, which is also the name of the only account that can reach it. */
export const databaseOf = (subgraph: Subgraph) => `frontrow_${subgraph}`;

export type Ports = Readonly<Record<Service | 'receivers' | 'smtp' | 'mysql' | 'nats', number>>;

/**
 * The ports of a whole system. Those of the database server and the broker avoid the usual ports of such servers, and the ports
 * of the subgraphs' replicas.
 */
export const portsFrom = (base: number): Ports => ({
  gateway: base,
  users: base + 1,
  queue: base + 2,
  concerts: base + 3,
  reservations: base + 4,
  payments: base + 5,
  sagas: base + 6,
  deliveries: base + 7,
  receivers: base + 8,
  smtp: base + 9,
  mysql: base + 906,
  nats: base + 922,
});

export const standardPorts = portsFrom(4000);

export const mostReplicas = 8;

/** Above the last port there must be room for the servers of a cluster of brokers, and for the ports between them. */
export const highestGatewayPort = 65_535 - 940;

/** The port of a replica; replicas are numbered from 0. */
export const replicaPort = (port: number, replica: number) => port + 100 * replica;

/** The port for the metrics of a process that listens on this port. */
export const metricsPort = (port: number) => port + 50;

/** The ports of a NATS server: one for clients, one for the other servers of its cluster. */
export const natsPorts = (ports: Ports, server: number) => ({
  client: ports.nats + server,
  route: ports.nats + 10 + server,
});

export interface Layout {
  ports: Ports;
  /** The number of processes that run each subgraph. */
  replicas: number;
  natsServers: 1 | 3;
  /** The number of gateways; 1 if left out. Something in front of them decides which one is asked. */
  gateways?: number;
}

/** Every port on which the system will listen, with the name of the process that does. */
export function allPorts({
  ports,
  replicas,
  natsServers,
  gateways = 1,
}: Layout): { name: string; port: number }[] {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  return [
    { name: 'mysql', port: ports.mysql },
    ...numbers(natsServers).flatMap((server) => {
      const { client, route } = natsPorts(ports, server);
      const name = processName('nats', server);
      return natsServers === 1 ? [{ name, port: client }] : [client, route].map((port) => ({ name, port }));
    }),
    ...subgraphs.flatMap((subgraph) =>
      numbers(replicas).flatMap((replica) =>
        withMetrics(processName(subgraph, replica), replicaPort(ports[subgraph], replica)),
      ),
    ),
    { name: 'receivers', port: ports.receivers },
    { name: 'receivers', port: ports.smtp },
    ...numbers(gateways).flatMap((replica) =>
      withMetrics(processName('gateway', replica), replicaPort(ports.gateway, replica)),
    ),
  ];
}

const withMetrics = (name: string, port: number) => [
  { name, port },
  { name, port: metricsPort(port) },
];

/** "payments", and "payments-2" for its second replica. */
export const processName = (name: string, index: number) => (index === 0 ? name : `${name}-${index + 1}`);

export interface Operator {
  email: string;
  password: string;
}

/** The settings of a service, as environment variables. */
export function settingsOf(
  service: Service,
  replica: number,
  layout: Layout,
  secrets: Secrets,
  operator: Operator,
): Record<string, string> {
  const { ports, replicas } = layout;
  const address = (name: Service, index = 0) => `http://127.0.0.1:${replicaPort(ports[name], index)}`;
  const common = {
    HOST: '127.0.0.1',
    PORT: String(replicaPort(ports[service], replica)),
    USERS_JWKS_URL: `${address('users')}/.well-known/jwks.json`,
    GATEWAY_SECRET: secrets.gateway,
  };
  if (service === 'gateway') {
    const urls: [string, string][] = subgraphs.map((subgraph) => [
      `${subgraph.toUpperCase()}_URL`,
      Array.from({ length: replicas }, (_, index) => `${address(subgraph, index)}/graphql`).join(','),
    ]);
    return { ...common, ...Object.fromEntries(urls) };
  }
  return {
    ...common,
    DATABASE_URL: databaseUrl(service, ports, secrets),
    NATS_URL: natsUrl(layout),
    NATS_PASSWORD: secrets.broker[service],
    NATS_REPLICAS: String(layout.natsServers),
    ...(service === 'users' && {
      OPERATOR_EMAIL: operator.email,
      OPERATOR_PASSWORD: operator.password,
      MAIL_LINK_SECRET: secrets.mailLinks,
    }),
    ...(service === 'deliveries' && {
      DATA_PLATFORM_URL: `${receiversUrl(ports)}/data-platform`,
      DATA_PLATFORM_SECRET: secrets.receivers['data-platform'],
      SLACK_URL: `${receiversUrl(ports)}/slack`,
      SLACK_SECRET: secrets.receivers.slack,
      SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      MAIL_FROM: 'Frontrow <tickets@frontrow.test>',
      STOREFRONT_URL: address('gateway'),
      MAIL_LINK_SECRET: secrets.mailLinks,
    }),
    ...(service === 'concerts' && { QUEUE_JWKS_URL: `${address('queue')}/.well-known/jwks.json` }),
  };
}

/** The address of the first replica. */
export const subgraphUrl = (ports: Ports, subgraph: Subgraph) =>
  `http://127.0.0.1:${ports[subgraph]}/graphql`;

export const gatewayUrl = (ports: Ports, replica = 0) =>
  `http://127.0.0.1:${replicaPort(ports.gateway, replica)}/graphql`;

/** The address of the local stand-ins for outside systems, and of the mails that the local mail server has received (/mails). */
export const receiversUrl = (ports: Ports) => `http://127.0.0.1:${ports.receivers}`;

export function databaseUrl(subgraph: Subgraph, ports: Ports, secrets: Secrets): string {
  const name = databaseOf(subgraph);
  return `mysql://${name}:${secrets.databases[subgraph]}@127.0.0.1:${ports.mysql}/${name}`;
}

/** With a cluster, the addresses of all its servers, separated by commas. */
export function natsUrl({ ports, natsServers }: Layout): string {
  return Array.from(
    { length: natsServers },
    (_, server) => `nats://127.0.0.1:${natsPorts(ports, server).client}`,
  ).join(',');
}
