import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { audit, closeDatabases, openDatabases } from '@frontrow/audit/audit';
import type { AuditOptions } from '@frontrow/audit/audit';
import type { Breach } from '@frontrow/audit/invariant';
import { compareBooks, readRecords } from '../books.ts';
import { Cable } from '@frontrow/stack/testing/cable';
import { untilReplicated } from '../cluster.ts';
import { Crowd } from '../crowd.ts';
import { openMarket } from '../market.ts';
import { endOf } from '../purchase.ts';
import type { Purchase } from '../purchase.ts';
import { untilConsistent } from '../recovery.ts';
import { replicaPort } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { startStack } from '@frontrow/stack/stack';
import type { Stack, StackOptions } from '@frontrow/stack/stack';

export interface RollingRestartOptions {
  readonly system: StackOptions;
  /** The compiled checkout from which processes are started again, after its migrations; if left out, the same one. */
  readonly to?: string;
  readonly seed: number;
  /** How many fans are in the middle of a purchase at any time. */
  readonly fansAtOnce: number;
  /** Called with each process that is ready again, and with how many ms that took. */
  readonly onRestart?: (name: string, ms: number) => void;
  readonly auditReport?: AuditOptions['report'];
}

export interface Report {
  readonly purchases: readonly Purchase[];
  readonly restarts: number;
  /** From the moment when the first process was asked to end until the last one was ready again, in ms. */
  readonly lastedMs: number;
  /** The longest time that a fan waited for an answer, including all repetitions, in ms. */
  readonly longestWaitMs: number;
  /** How long the slowest of the confirmed purchases took, in ms. */
  readonly slowestPurchaseMs: number;
  /** How often requests had to be repeated, by the reason. */
  readonly repeated: ReadonlyMap<string, number>;
  /** Answers that make no sense, and differences between what fans were told and what is stored. */
  readonly complaints: readonly string[];
  readonly breaches: readonly Breach[];
}

const patienceMs = 60_000;
/** This many purchases before the first restart and after the last make sure that some are in progress during the restarts. */
const purchasesAround = 5;

/**
 * Starts a system with two gateways behind one address, and restarts every process, one after the other, while fans buy. It does
 * so as Kubernetes would: one process at a time, the brokers of a cluster first, subgraphs before gateways, and the next one only after
 * the one before is ready again.
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
  { to, onRestart }: RollingRestartOptions,
): Promise<number> {
  if (to !== undefined) await stack.upgradeTo(to);
  const gateways = stack.services.filter(({ name }) => name.startsWith('gateway'));
  // A broker that is alone cannot be restarted without a pause.
  const brokers = stack.nats.length === 1 ? [] : stack.nats;
  const due = [...brokers, ...stack.services];
  for (const each of due) {
    // A Service of Kubernetes also removes the address of a pod that is ending.
    if (gateways.includes(each)) entrance.leadTo(portOfGateway(stack, 1 - gateways.indexOf(each)));
    const askedAt = Date.now();
    await each.restart();
    if (brokers.includes(each)) await untilReplicated(stack);
    onRestart?.(each.name, Date.now() - askedAt);
  }
  if (to !== undefined) await updateStream(to, stack);
  return due.length;
}

/** @throws if it fails; the message has what it said */
async function updateStream(root: string, { nats, natsUrl, natsAccount }: Stack): Promise<void> {
  const settings = {
    NATS_URL: natsUrl,
    NATS_PASSWORD: natsAccount().pass,
    NATS_REPLICAS: String(nats.length),
  };
  const program = join(root, 'events/dist/update-stream.js');
  await promisify(execFile)(process.execPath, [program], { env: { ...process.env, ...settings } });
}

/**
 * Waits until this many purchases that began after an instant were confirmed.
 * @throws if that takes longer than a minute
 */
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

/** Purchases that did not end with seats, although the fan wanted to buy and there were seats. */
export const failedOf = ({ purchases }: Pick<Report, 'purchases'>): readonly Purchase[] =>
  purchases.filter((purchase) => endOf(purchase) !== 'confirmed');

/**
 * Faults after which clients repeat a request by the contract (docs/api.md, Faults and Subscriptions). Any other reason is a
 * mistake of the services.
 */
const repeatable =
  /^(no connection|SERVICE_UNAVAILABLE|RATE_LIMITED|Error: the subscription (ended without news|was answered with status (429|503)))$/;

/** What should not have happened; empty if nobody noticed the restarts. */
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
