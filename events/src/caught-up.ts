import type { ConsumerInfo, JetStreamManager } from '@frontrow/kit/nats';
import { setTimeout as pause } from 'node:timers/promises';
import { allPartitionsOf, consumerName, streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import type { EventContract } from './contract.ts';
import { findConsumer, subjectsOf } from './durables.ts';

const lookEveryMs = 50;

/**
 * Waits until the service, whichever replica, has handled every event of the type that is in the stream now. A service needs this when it must
 * not answer from what it knew before it was down.
 * @param withinMs how long to wait at most: a backlog must not keep the service from starting
 * @returns whether everything was handled
 */
export async function caughtUp(
  { manager }: Broker,
  service: string,
  { type }: EventContract,
  withinMs: number,
): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  let until: number | undefined;
  const isHandled = async () => {
    until ??= (await manager.streams.info(streamName)).state.last_seq;
    const ofType = await consumersFor(manager, service, type);
    return ofType.length > 0 && ofType.every((consumer) => hasHandled(consumer, until as number));
  };
  for (;;) {
    // Stream and consumer are created a moment after the start.
    if (await isHandled().catch(() => false)) return true;
    if (performance.now() >= giveUpAt) return false;
    await pause(lookEveryMs);
  }
}

/** True when nothing is left, or what is left was published later: in a rush there is always something. */
const hasHandled = ({ num_pending, num_ack_pending, ack_floor }: ConsumerInfo, until: number) =>
  (num_pending === 0 && num_ack_pending === 0) || ack_floor.stream_seq >= until;

/** In a rush, this many events may wait at a consumer that keeps up. */
const mostWaiting = 100;

/**
 * Whether more events wait for the service's consumer of the type than it takes at once.
 * @throws when there is no such consumer, or no broker
 */
export async function isBehind({ manager, service }: Broker, type: string): Promise<boolean> {
  const its = await consumersFor(manager, service, type);
  if (its.length === 0) throw new Error(`${service} has no consumer of ${type} yet`);
  return its.some(({ num_pending }) => num_pending > mostWaiting);
}

/** One for all types, or one for each, as the server allows; both while replicas of two versions run. */
async function consumersFor(
  manager: JetStreamManager,
  service: string,
  type: string,
): Promise<ConsumerInfo[]> {
  const names = [service, consumerName(service, type)];
  const found = await Promise.all(names.map((name) => findConsumer(manager, name)));
  const its = found.filter((consumer) => consumer !== undefined);
  return its.filter((consumer) => subjectsOf(consumer).includes(allPartitionsOf(type)));
}
