import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@frontrow/kit/nats';
import type { ClusterInfo, JetStreamManager } from '@frontrow/kit/nats';
import type { Stack } from '@frontrow/stack/stack';

const giveUpMs = 60_000;

/**
 * Waits until every server of the cluster has all of the cluster's data. Only then may another one be lost.
 *
 * @throws if that takes longer than a minute
 */
export async function untilReplicated({ nats, natsUrl, natsAccount }: Stack): Promise<void> {
  await Promise.all(nats.map((server) => server.waitUntilReady(giveUpMs)));
  const allUpAt = Date.now();
  const connection = await connect({
    servers: natsUrl.split(','),
    maxReconnectAttempts: -1,
    ...natsAccount(),
  });
  try {
    const manager = await connection.jetstreamManager({ checkAPI: false });
    while (!(await isReplicated(manager, allUpAt).catch(() => false))) {
      if (Date.now() > allUpAt + giveUpMs) throw new Error('the brokers did not agree within a minute');
      await pause(200);
    }
  } finally {
    await connection.close();
  }
}

/** @param since what the leader knew about the others before this instant does not count */
async function isReplicated(manager: JetStreamManager, since: number): Promise<boolean> {
  for await (const stream of manager.streams.list()) {
    if (!isCurrent(stream.cluster, since)) return false;
    for await (const consumer of manager.consumers.list(stream.config.name)) {
      if (!isCurrent(consumer.cluster, since)) return false;
    }
  }
  return true;
}

/** `active` says how long ago, in ns, the leader heard from a server. */
const isCurrent = (cluster: ClusterInfo | undefined, since: number) =>
  cluster?.leader !== undefined &&
  (cluster.replicas ?? []).every(({ current, active }) => current && Date.now() - active / 1e6 >= since);
