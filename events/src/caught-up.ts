import { setTimeout as pause } from 'node:timers/promises';
import { streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import { consumerName } from './consumer.ts';
import type { EventContract } from './contract.ts';

const lookEveryMs = 50;

/**
 * Waits until the service has handled every event of the type that is in the stream, by whichever replica: for a service that must
 * not answer by what it knew before it was down.
 * @param withinMs how long at the most: a backlog must not keep the service away
 * @returns whether nothing is left
 */
export async function caughtUp(
  { manager }: Broker,
  service: string,
  { type }: EventContract,
  withinMs: number,
): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    // The consumer is made a moment after the start.
    const left = await manager.consumers.info(streamName, consumerName(service, type)).catch(() => undefined);
    if (left?.num_pending === 0 && left.num_ack_pending === 0) return true;
    if (performance.now() >= giveUpAt) return false;
    await pause(lookEveryMs);
  }
}
