import { audit, closeDatabases, openDatabases } from '@frontrow/audit/audit';
import type { AuditOptions } from '@frontrow/audit/audit';
import type { Breach } from '@frontrow/audit/invariant';
import { compareBooks, readRecords } from '../books.ts';
import { Cable } from '@frontrow/stack/testing/cable';
import { Crowd } from '../crowd.ts';
import { openMarket } from '../market.ts';
import { endOf } from '../purchase.ts';
import type { Purchase } from '../purchase.ts';
import { untilConsistent } from '../recovery.ts';
import { replicaPort, services, subgraphs } from '@frontrow/stack/layout';
import type { Service, Subgraph } from '@frontrow/stack/layout';
import type { KeptProcess } from '@frontrow/stack/processes/kept-process';
import { startStack } from '@frontrow/stack/stack';
import type { Stack, StackOptions } from '@frontrow/stack/stack';

export interface RollingRestartOptions {
  readonly system: StackOptions;
  /** The folder of the checkout that processes are started from afterwards, its migrations first; the same one when left out. */
  readonly to?: string;
  /** Whose processes are restarted; everybody's when left out. */
  readonly of?: readonly Service[];
  readonly seed: number;
  /** How many fans are in the middle of a purchase at any time. */
  readonly fansAtOnce: number;
  /** Told of each process that is back, and after how many ms. */
  readonly onRestart?: (name: string, ms: number) => void;
  /** Called while everything still runs, with what has become of it. */
  readonly look?: (stack: Stack) => Promise<void>;
  readonly auditReport?: AuditOptions['report'];
}

export interface Report {
  readonly purchases: readonly Purchase[];
  readonly restarts: number;
  /** From the first process that was asked to end until the last one was ready again, in ms. */
  readonly lastedMs: number;
  /** How long a fan waited for an answer at most, with all that had to be asked again, in ms. */
  readonly longestWaitMs: number;
  /** Of the purchases that were confirmed, how long the slowest took, in ms. */
  readonly slowestPurchaseMs: number;
  /** How often requests had to be repeated, by the reason. */
  readonly repeated: ReadonlyMap<string, number>;
  /** Answers that make no sense, and what differs between what fans were told and what is stored. */
  readonly complaints: readonly string[];
  readonly breaches: readonly Breach[];
}

const patienceMs = 60_000;
/** With that many purchases before anybody is restarted and after everybody was, there are some in the middle of it. */
const purchasesAround = 5;

/**
 * Starts a system of its own with two gateways behind one address, and restarts every process of it, one after the other, while fans buy.
 * As Kubernetes would: one process at a time, subgraphs before gateways, and nobody is asked to end before the one before is ready again.
 */
export async function rollingRestart(options: RollingRestartOptions): Promise<Report> {
  const stack = await startStack({ ...options.system, gateways: 2 });
  const entrance = await Cable.to('127.0.0.1', portOfGateway(stack, 0));
  try {
    const url = new URL(stack.gatewayUrl);
    url.port = String(entrance.port);
    const market = await openMarket({ ...stack, gatewayUrl: url.href }, 300);
    const crowd = new Crowd(market, options.seed, { intents: ['buy'], atOnce: options.fansAtOnce });
    await untilConfirmed(purchasesAround, crowd, 0);
    const begunAt = Date.now();
    const restarts = await restartAll(stack, entrance, options);
    const lastedMs = Date.now() - begunAt;
    await untilConfirmed(purchasesAround, crowd, Date.now());
    await crowd.closeDoors(patienceMs);
    await options.look?.(stack);
    return { restarts, lastedMs, ...(await lookAt(stack, crowd, options.auditReport)) };
  } finally {
    await stack.stop();
    entrance.close();
  }
}

const portOfGateway = (stack: Stack, replica: number) =>
  replicaPort(Number(new URL(stack.gatewayUrl).port), replica);

async function restartAll(
  stack: Stack,
  entrance: Cable,
  { to, of = services, onRestart }: RollingRestartOptions,
): Promise<number> {
  if (to !== undefined) {
    await stack.upgradeTo(
      to,
      subgraphs.filter((name) => of.includes(name)),
    );
  }
  const isOf = ({ name }: KeptProcess) => of.some((service) => name.replace(/-\d+$/, '') === service);
  const due = stack.services.filter(isOf);
  const gateways = stack.services.filter(({ name }) => name.startsWith('gateway'));
  for (const each of due) {
    // A Service of Kubernetes takes one that ends out of its addresses, too.
    if (gateways.includes(each)) entrance.leadTo(portOfGateway(stack, 1 - gateways.indexOf(each)));
    const askedAt = Date.now();
    await each.restart();
    onRestart?.(each.name, Date.now() - askedAt);
  }
  return due.length;
}

/** Waits until so many purchases begun after an instant were confirmed. @throws when that takes longer than a minute */
async function untilConfirmed(count: number, crowd: Crowd, since: number): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (confirmedOf(crowd.purchases).filter(({ begunAt }) => begunAt >= since).length < count) {
    if (Date.now() > giveUpAt) throw new Error(`nobody buys: ${crowd.complaints.join('; ')}`);
    await crowd.untilNextEnds();
  }
}

const confirmedOf = (purchases: readonly Purchase[]) =>
  purchases.filter((purchase) => endOf(purchase) === 'confirmed');

async function lookAt(
  stack: Stack,
  { purchases, complaints, repeated, longestWaitMs }: Crowd,
  report: AuditOptions['report'],
): Promise<Omit<Report, 'restarts' | 'lastedMs'>> {
  const databaseUrl = (service: Subgraph) => stack.databaseUrl(service);
  const databases = openDatabases(databaseUrl);
  try {
    await untilConsistent(databases, patienceMs);
    const breaches = await audit({ databaseUrl, ...(report && { report }) });
    const lost = compareBooks(purchases, await readRecords(databases));
    const tookMs = confirmedOf(purchases).map(({ begunAt, endedAt = begunAt }) => endedAt - begunAt);
    return {
      ...{ purchases, repeated, longestWaitMs, breaches },
      slowestPurchaseMs: Math.max(0, ...tookMs),
      complaints: [...complaints, ...lost],
    };
  } finally {
    await closeDatabases(databases);
  }
}

/** Purchases that did not end with seats: each of these fans wanted to buy, and there were seats. */
export const failedOf = ({ purchases }: Pick<Report, 'purchases'>): readonly Purchase[] =>
  purchases.filter((purchase) => endOf(purchase) !== 'confirmed');

/** What clients repeat by the contract (docs/api.md, Faults and Subscriptions); any other reason is a fault of ours. */
const repeatable =
  /^(no connection|SERVICE_UNAVAILABLE|RATE_LIMITED|Error: the subscription (ended without news|was answered with status (429|503)))$/;

/** What should not have been; empty when the restart was noticed by nobody. */
export function failings(report: Report): string[] {
  const failed = failedOf(report);
  const odd = [...report.repeated].filter(([reason]) => !repeatable.test(reason));
  return [
    ...failed.map((purchase) => `fan ${purchase.fanId ?? 'without an account'}: ${endOf(purchase)}`),
    ...odd.map(([reason, times]) => `${times} requests had to be repeated because of: ${reason}`),
    ...report.complaints,
    ...report.breaches.map(({ row, problem }) => `${row}: ${problem}`),
  ];
}
