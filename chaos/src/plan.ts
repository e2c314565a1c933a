import { processName, subgraphs } from '@frontrow/stack/layout';
import type { Layout, Subgraph } from '@frontrow/stack/layout';
import { Deck, Random } from '@frontrow/kit/testing/random';
import type { Rot } from '@frontrow/stack/testing/rot';

/** The servers to which a service is connected. */
export type Server = 'database' | 'broker';

export type Fault =
  /** The process is ended by SIGKILL, and started again. */
  | { readonly kind: 'kill'; readonly process: string }
  /** The process stands still, with all its connections open. */
  | { readonly kind: 'pause'; readonly process: string; readonly forMs: number }
  /**
   * Brokers are ended by SIGKILL, and their disks emptied while they are down. A process of a service is ended, too, so that what
   * it was doing exists only in outboxes.
   */
  | { readonly kind: 'wipe'; readonly brokers: readonly string[]; readonly process: string }
  /**
   * The broker is ended by SIGKILL. Before it is started again, a message on its disk is damaged, or the file is cut off there.
   */
  | { readonly kind: 'rot'; readonly process: string; readonly how: Rot; readonly place: number }
  /** Each connection of a service to a server is reset; it may connect again at once. */
  | { readonly kind: 'cut'; readonly process: string; readonly from: Server }
  /** Nothing gets through between a service and a server, and neither of them notices. */
  | { readonly kind: 'silence'; readonly process: string; readonly from: Server; readonly forMs: number };

export interface PlannedFault {
  /** Counted from the moment when faults begin. */
  readonly atMs: number;
  /** The name by which the report mentions and counts it. */
  readonly name: string;
  readonly fault: Fault;
}

/** When the last of them is over, in ms from the moment when faults begin. */
export const lastsMs = (faults: readonly PlannedFault[]): number =>
  Math.max(...faults.map(({ atMs, fault }) => atMs + ('forMs' in fault ? fault.forMs : 0)));

export interface PlanOptions extends Pick<Layout, 'replicas' | 'natsServers'> {
  readonly seed: number;
  readonly seconds: number;
}

/** Often shorter than a fault takes, so that faults overlap. */
const gapMs = [500, 6_000] as const;
const durationMs = [1_000, 8_000] as const;

/** The faults of a run, soonest first. They depend on the options alone. */
export function planFaults({ seed, seconds, replicas, natsServers }: PlanOptions): PlannedFault[] {
  const random = new Random(seed);
  const draw = cardsFor(random, replicas, natsServers);
  const names = new Deck(random, [...Object.keys(draw), 'kill a service']); // which has the most processes
  const planned: PlannedFault[] = [];
  const gap = () => random.between(...gapMs);
  for (let atMs = gap(); atMs < seconds * 1_000; atMs += gap()) {
    const name = names.deal();
    planned.push({ atMs, name, fault: (draw[name] as () => Fault)() });
  }
  return planned;
}

export const aloneName = 'leave a replica alone without its database';
const aloneAtMs = 5_000;
const aloneForMs = 60_000;

/** The only fault of a run in which one replica is cut off from its database while the others sell. */
export const planAlone = (service: Subgraph): PlannedFault => ({
  atMs: aloneAtMs,
  name: aloneName,
  fault: { kind: 'silence', process: processName(service, 1), from: 'database', forMs: aloneForMs },
});

/** How each kind of fault is drawn. */
function cardsFor(random: Random, replicas: number, natsServers: number): Record<string, () => Fault> {
  const services = new Deck(
    random,
    subgraphs.flatMap((subgraph) => named(subgraph, replicas)),
  );
  const brokers = new Deck(random, named('nats', natsServers));
  const forMs = () => random.between(...durationMs);
  const kill = (process: string): Fault => ({ kind: 'kill', process });
  const pause = (process: string): Fault => ({ kind: 'pause', process, forMs: forMs() });
  const wipe = (...names: string[]): Fault => ({ kind: 'wipe', brokers: names, process: services.deal() });
  const rot = (process: string): Fault => {
    const how = random.next() < 0.5 ? 'flipped' : 'truncated';
    return { kind: 'rot', process, how, place: random.next() };
  };
  const between = (from: Server) => ({ process: services.deal(), from });
  const cut = (from: Server): Fault => ({ kind: 'cut', ...between(from) });
  const silence = (from: Server): Fault => ({ kind: 'silence', ...between(from), forMs: forMs() });
  return {
    'kill a service': () => kill(services.deal()),
    'kill the gateway': () => kill('gateway'),
    'kill a broker': () => kill(brokers.deal()),
    'kill the database': () => kill('mysql'),
    'pause a service': () => pause(services.deal()),
    'pause the gateway': () => pause('gateway'),
    'pause a broker': () => pause(brokers.deal()),
    'pause the database': () => pause('mysql'),
    "empty a broker's disk": () => wipe(brokers.deal()),
    "let a broker's disk rot": () => rot(brokers.deal()),
    ...(natsServers > 1 && {
      "empty all brokers' disks": () => wipe(...named('nats', natsServers)),
    }),
    'cut a service from its database': () => cut('database'),
    'cut a service from the broker': () => cut('broker'),
    'silence between a service and its database': () => silence('database'),
    'silence between a service and the broker': () => silence('broker'),
  };
}

const named = (name: string, count: number) => Array.from({ length: count }, (_, i) => processName(name, i));
