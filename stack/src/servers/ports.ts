import { createServer } from 'node:net';
import { allPorts, portsFrom, type Layout, type Ports } from '../layout.ts';

/**
 * Ports on which nobody listens, for a run that must not meet another. They are below the range from which the system takes ports
 * for outgoing connections. A client that keeps dialling a port of that range while its server is down ends up connected to
 * itself, and then the server cannot come back.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = anyPort();
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Such ports for a whole system. */
export async function freeLayoutPorts(
  layout: Omit<Layout, 'ports'> = { replicas: 1, natsServers: 1 },
): Promise<Ports> {
  for (;;) {
    const ports = portsFrom(anyPort());
    const free = await Promise.all(allPorts({ ...layout, ports }).map(({ port }) => isFree(port)));
    if (free.every(Boolean)) return ports;
  }
}

/** Above 10080, which browsers and `fetch` refuse to ask. Source: https://fetch.spec.whatwg.org/#port-blocking */
const anyPort = () => 11_000 + Math.floor(Math.random() * 19_000);

/**
 * @param owner what needs the port, e.g. "the gateway"
 * @param remedy what the reader can do about it
 * @throws if something listens on the port already
 */
export async function assertPortFree(port: number, owner: string, remedy: string): Promise<void> {
  if (await isFree(port)) return;
  throw new PortTaken(
    `Port ${port} is taken, and ${owner} needs it. ` +
      `\`ss -ltnp 'sport = :${port}'\` or \`lsof -i :${port}\` shows by whom. ${remedy}`,
  );
}

class PortTaken extends Error {}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
