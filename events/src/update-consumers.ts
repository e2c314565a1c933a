import type { ConsumerInfo } from '@frontrow/kit/nats';
import { DeliverPolicy } from '@frontrow/kit/nats';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@frontrow/kit/log';
import { allPartitionsOf, consumerName, streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import { settingsOf, subjectsOf } from './durables.ts';
import { handledBy } from './routes.ts';
import { services } from './services.ts';
import type { ServiceName } from './services.ts';

/** How long to wait until a consumer that has been replaced can be deleted, in ms. */
const drainMs = 30_000;
const lookEveryMs = 200;

/**
 * Brings the consumers of all services up to date: their settings, and what they hand out. Where the broker filters several
 * subjects (NATS 2.10 and later) each service gets one for all types that it handles; those for one type each are then deleted, as
 * soon as what the stream had by then has been read from them. Services go on meanwhile. Only the administrator's account may do this.
 */
export async function updateConsumers(broker: Broker, log: Logger, withinMs = drainMs): Promise<void> {
  const all = new Map<string, ConsumerInfo>();
  for await (const consumer of broker.manager.consumers.list(streamName)) all.set(consumer.name, consumer);
  for (const service of services) {
    const its = [...all.values()].filter(({ name }) => name.startsWith(`${service}-on-`));
    const handled = new Set(handledBy(service).map((type) => consumerName(service, type)));
    for (const { name } of its)
      if (!handled.has(name)) await broker.manager.consumers.delete(streamName, name);
    const own = its.filter(({ name }) => handled.has(name));
    for (const consumer of own) await bringUpToDate(broker, consumer);
    if (!filtersSeveral(broker)) continue;
    const covered = await shareOne(broker, service, all.get(service), own);
    await deleteReplaced(broker, own, covered, log, withinMs);
  }
}

const filtersSeveral = ({ connection }: Broker): boolean => {
  const [major = 0, minor = 0] = (connection.info?.version ?? '').split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
};

/** What can be changed of a consumer: where it began cannot. */
async function bringUpToDate({ manager }: Broker, { name }: ConsumerInfo): Promise<void> {
  const { ack_wait, max_ack_pending } = settingsOf(name);
  await manager.consumers.update(streamName, name, { ack_wait, max_ack_pending });
}

/**
 * Makes or changes the one consumer of a service. It begins with what is published from now on if each type has a consumer of its
 * own, which has the rest; else with everything, of which inboxes drop what was handled. A type that nobody has read yet is
 * left out when there is one: the service makes a consumer for it when it starts, which brings it all that is retained.
 * @returns the subjects that it hands out
 */
async function shareOne(
  { manager }: Broker,
  service: ServiceName,
  shared: ConsumerInfo | undefined,
  own: readonly ConsumerInfo[],
): Promise<readonly string[]> {
  const wanted = handledBy(service).map(allPartitionsOf);
  const read = [...own.flatMap(subjectsOf), ...subjectsOf(shared)];
  if (shared === undefined) {
    const isReadElsewhere = wanted.every((subject) => read.includes(subject));
    await manager.consumers.add(streamName, {
      ...settingsOf(service),
      filter_subjects: wanted,
      ...(isReadElsewhere && { deliver_policy: DeliverPolicy.New }),
    });
    return wanted;
  }
  const { ack_wait, max_ack_pending } = settingsOf(service);
  const filter_subjects = wanted.filter((subject) => read.includes(subject));
  await manager.consumers.update(streamName, service, { ack_wait, max_ack_pending, filter_subjects });
  return filter_subjects;
}

/**
 * Whatever comes after this instant is handed out by the one for all types as well: what was in the stream before is all that the others
 * have to be read to.
 */
async function deleteReplaced(
  { manager }: Broker,
  own: readonly ConsumerInfo[],
  covered: readonly string[],
  log: Logger,
  withinMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  const { last_seq } = (await manager.streams.info(streamName)).state;
  for (const consumer of own) {
    if (!subjectsOf(consumer).every((subject) => covered.includes(subject))) continue;
    const { name } = consumer;
    for (;;) {
      const { num_pending, num_ack_pending, ack_floor } = await manager.consumers.info(streamName, name);
      if (num_pending + num_ack_pending === 0 || ack_floor.stream_seq >= last_seq) {
        await manager.consumers.delete(streamName, name);
        break;
      }
      if (performance.now() >= giveUpAt) {
        log.warn(
          { consumer: name },
          'older events have not all been read from this consumer, so it stays: run update-stream again',
        );
        break;
      }
      await pause(lookEveryMs);
    }
  }
}
