import { affectedRows } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import { consumerDeadLettered } from './contracts/delivery.ts';
import type { Outbox } from './outbox.ts';

/** A message that a consumer gives up on. */
export interface Hopeless {
  readonly consumer: string;
  /** The message as it came, parsed if it was JSON. */
  readonly message: unknown;
  /** Stands in for the event's id where the message has none. */
  readonly streamSequence: number;
  readonly eventType: string;
  readonly error: unknown;
  readonly attempts: number;
}

/** Keeps the message as a row and tells so by an event, once, however often it is given up. */
export async function keepDeadLetter(outbox: Outbox, hopeless: Hopeless): Promise<void> {
  const { consumer, message, streamSequence, eventType, attempts } = hopeless;
  const field = (name: string) => {
    const value = (message as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' && value !== '' && value.length <= 64 ? value : undefined;
  };
  const eventId = field('id') ?? `stream-sequence-${String(streamSequence)}`;
  const error = String(hopeless.error instanceof Error ? hopeless.error.stack : hopeless.error).slice(
    0,
    4_000,
  );
  const event = JSON.stringify(message);
  const deadLetterId = newId();
  const failedAt = new Date();
  await outbox.transaction(
    async (tx) => {
      const result: unknown = await tx.manager.query(
        `INSERT IGNORE INTO dead_letters (id, consumer, event_id, event_type, event, error, attempts, failed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [deadLetterId, consumer, eventId, eventType, event, error, attempts, failedAt],
      );
      if (affectedRows(result) === 0) return;
      tx.emit(
        consumerDeadLettered.about(field('subject') ?? eventId, {
          deadLetterId,
          consumer,
          eventId,
          eventType,
          event: JSON.parse(event),
          error,
          attempts,
          failedAt: failedAt.toISOString(),
        }),
      );
    },
    { retryForMs: Infinity },
  );
}
