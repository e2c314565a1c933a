import { AckPolicy, DeliverPolicy, nanos, NatsError } from '@frontrow/kit/nats';
import type { ConsumerConfig, ConsumerInfo, JetStreamManager } from '@frontrow/kit/nats';
import { allPartitionsOf, consumerName, streamName } from './broker.ts';
import type { Broker } from './broker.ts';

/** How long the broker waits for a sign of life, in ms, before it gives a message to another replica. */
export const ackWaitMs = 10_000;

/**
 * The JetStream consumers that hand out events of these types to the service. Those that are missing are made, one for each type,
 * which a service's account may do. None that is there is changed: two versions of a service would undo each other's. Where the
 * administrator has made one for the whole service (see `update-consumers.ts`), those of its types are read until they are deleted.
 * @returns their names
 */
export async function consumersOf(
  { manager }: Broker,
  service: string,
  types: readonly string[],
  waitMs = ackWaitMs,
): Promise<string[]> {
  const shared = await findConsumer(manager, service);
  const covered = subjectsOf(shared);
  const names = types.map(async (type) => {
    const name = consumerName(service, type);
    if ((await findConsumer(manager, name)) !== undefined) return [name];
    if (covered.includes(allPartitionsOf(type))) return [];
    await makeMissing(manager, { ...settingsOf(name, waitMs), filter_subject: allPartitionsOf(type) });
    return [name];
  });
  return [...(shared === undefined ? [] : [service]), ...(await Promise.all(names)).flat()];
}

export const settingsOf = (name: string, waitMs = ackWaitMs) => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(waitMs),
  max_ack_pending: 2_000,
  // A service that starts late, or is new, gets everything that is retained.
  deliver_policy: DeliverPolicy.All,
});

/** What a consumer hands out; nothing when there is none. */
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

/** Another replica, of another version perhaps, may make it at the same moment. */
async function makeMissing(manager: JetStreamManager, settings: Partial<ConsumerConfig>): Promise<void> {
  try {
    await manager.consumers.add(streamName, settings);
  } catch (error) {
    if (codeOf(error) !== consumerExistsWithOtherSettings) throw error;
  }
}

const codeOf = (error: unknown) => (error instanceof NatsError ? error.api_error?.err_code : undefined);
const consumerNotFound = 10014;
const consumerExistsWithOtherSettings = 10148;
