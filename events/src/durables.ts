import { AckPolicy, DeliverPolicy, nanos, NatsError } from '@frontrow/kit/nats';
import type { ConsumerConfig, ConsumerInfo, JetStreamManager } from '@frontrow/kit/nats';
import type { DataSource } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import { allPartitionsOf, consumerName, streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import type { Outbox } from './outbox.ts';
import { beginMemory, lockMemory } from './stream-memory.ts';

/** How long the broker waits for a sign of life, in ms, before it gives a message to another replica. */
export const ackWaitMs = 10_000;

/**
 * The JetStream consumers that hand out events of these types to the service. Missing ones are created, one for each type,
 * which a service's account may do. Existing ones are not changed, because two versions of a service would undo each other's changes. Where the
 * administrator has created one for the whole service (see `update-consumers.ts`), the consumers of single types are read until they are deleted.
 * @returns their names
 */
export async function consumersOf(
  { manager, replicas }: Broker,
  { service, database }: Outbox,
  types: readonly string[],
  { waitMs = ackWaitMs, signal }: { readonly waitMs?: number; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const shared = await findConsumer(manager, service);
  const covered = subjectsOf(shared);
  const isThere = async (type: string) =>
    (await findConsumer(manager, consumerName(service, type))) !== undefined;
  const findOrCreate = async () => {
    const names = types.map(async (type) => {
      const name = consumerName(service, type);
      if (await isThere(type)) return [name];
      if (covered.includes(allPartitionsOf(type))) return [];
      await createMissing(manager, { ...settingsOf(name, waitMs), filter_subject: allPartitionsOf(type) });
      return [name];
    });
    // After a failure, too, another replica has its turn only when all requests have ended.
    await Promise.allSettled(names);
    return [...(shared === undefined ? [] : [service]), ...(await Promise.all(names)).flat()];
  };
  const needed = types.filter((type) => !covered.includes(allPartitionsOf(type)));
  const isComplete = async () => !(await Promise.all(needed.map(isThere))).includes(false);
  if (replicas === 1 || (await isComplete())) return findOrCreate();
  return oneReplicaAtATime(database, signal, findOrCreate);
}

/**
 * When a cluster of NATS before 2.9.15 is asked twice at the same moment to create the same consumer, one of its servers may watch over
 * the consumer twice. Source: https://github.com/nats-io/nats-server/pull/3880
 */
const oneReplicaAtATime = <Result>(
  database: DataSource,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> =>
  transaction(
    database,
    async (manager) => {
      if ((await lockMemory(manager)) === undefined) await beginMemory(manager);
      return work();
    },
    signal && { signal },
  );

export const settingsOf = (name: string, waitMs = ackWaitMs) => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(waitMs),
  max_ack_pending: 2_000,
  // A service that starts late, or is new, gets all events that are retained.
  deliver_policy: DeliverPolicy.All,
});

/** The subjects that a consumer hands out; none when it does not exist. */
export const subjectsOf = (consumer: ConsumerInfo | undefined): readonly string[] =>
  consumer?.config.filter_subjects ??
  (consumer?.config.filter_subject === undefined ? [] : [consumer.config.filter_subject]);

export async function findConsumer(
  manager: JetStreamManager,
  name: string,
): Promise<ConsumerInfo | undefined> {
  try {
    return await manager.consumers.info(streamName, name);
  } catch (error) {
    if (codeOf(error) === consumerNotFound) return undefined;
    throw error;
  }
}

/** Another replica, perhaps of another version, may create it at the same moment. */
async function createMissing(manager: JetStreamManager, settings: Partial<ConsumerConfig>): Promise<void> {
  try {
    await manager.consumers.add(streamName, settings);
  } catch (error) {
    if (codeOf(error) !== consumerExistsWithOtherSettings) throw error;
  }
}

const codeOf = (error: unknown) => (error instanceof NatsError ? error.api_error?.err_code : undefined);
const consumerNotFound = 10014;
const consumerExistsWithOtherSettings = 10148;
