import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import { forgetFailures } from './attempts.ts';
import { consumerDeadLettered } from './contracts/delivery.ts';
import type { DataOf } from './contract.ts';
import type { Outbox, Transaction } from './outbox.ts';

/** A message that a consumer gives up on. */
export interface FailedMessage {
  readonly consumer: string;
  /** The message as it came: JSON, parsed, or text. */
  readonly message: unknown;
  readonly eventType: string;
  readonly error: unknown;
  readonly attempts: number;
}

type Json = DataOf<typeof consumerDeadLettered>['event'];

/** How many characters of the message the event carries at most; the row keeps all of it. */
const maxShown = 64 * 1024;

/**
 * Stores the message as a row and reports it by an event, once, however often it is given up. Waits for the database.
 * @throws when `signal` aborts meanwhile
 */
export async function keepDeadLetter(
  outbox: Outbox,
  failed: FailedMessage,
  signal?: AbortSignal,
): Promise<void> {
  const { consumer, message, eventType, attempts } = failed;
  const content = JSON.stringify(message);
  // A message without a usable id is identified by its content, so a copy is the same dead letter, even in another stream.
  const eventId =
    field(message, 'id') ?? `sha256-${createHash('sha256').update(content).digest('hex').slice(0, 48)}`;
  const error = described(failed.error);
  const deadLetterId = newId();
  const failedAt = new Date();
  await outbox.transaction(
    async (tx) => {
      // IGNORE, because the number of rows says whether it existed already.
      const result: unknown = await tx.manager.query(
        `INSERT IGNORE INTO dead_letters (id, consumer, event_id, event_type, event, error, attempts, failed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [deadLetterId, consumer, eventId, eventType, content, error, attempts, failedAt],
      );
      await forgetFailures(tx.manager, [{ consumer, event: { id: eventId } }]);
      if (affectedRows(result) === 0) return;
      const letter = {
        id: deadLetterId,
        consumer,
        eventId,
        eventType,
        event: message,
        error,
        attempts,
        failedAt,
      };
      announce(tx, letter);
    },
    { retryForMs: Infinity, ...(signal && { signal }) },
  );
}

/** A dead letter as it is kept. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The message as it came. */
  readonly event: unknown;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: Date;
  /** When it was handled after all; null until then. */
  readonly replayedAt: Date | null;
}

export async function lockDeadLetter(manager: EntityManager, id: string): Promise<DeadLetter | undefined> {
  const [row] = await manager.query<(Omit<DeadLetter, 'event'> & { event: string })[]>(
    `SELECT id, consumer, event_id AS eventId, event_type AS eventType, event, error, attempts,
       failed_at AS failedAt, replayed_at AS replayedAt
     FROM dead_letters WHERE id = ? FOR UPDATE`,
    [id],
  );
  return row && { ...row, event: JSON.parse(row.event) as unknown };
}

export async function markReplayed(manager: EntityManager, { id }: DeadLetter, now: Date): Promise<void> {
  await manager.query('UPDATE dead_letters SET replayed_at = ? WHERE id = ?', [now, id]);
}

/** The dead letter was handled once more and failed again; reports that as if it were new. */
export async function reopen(
  tx: Transaction,
  letter: DeadLetter,
  failure: unknown,
  now: Date,
): Promise<void> {
  const failed = { ...letter, error: described(failure), attempts: letter.attempts + 1, failedAt: now };
  await tx.manager.query('UPDATE dead_letters SET error = ?, attempts = ?, failed_at = ? WHERE id = ?', [
    failed.error,
    failed.attempts,
    failed.failedAt,
    failed.id,
  ]);
  announce(tx, failed);
}

function announce(tx: Transaction, letter: Omit<DeadLetter, 'replayedAt'>): void {
  const { id, consumer, eventId, eventType, event, error, attempts, failedAt } = letter;
  // A consumer that cannot read reports of dead letters must not answer them with more reports.
  if (eventType === consumerDeadLettered.type) return;
  const content = JSON.stringify(event);
  tx.emit(
    consumerDeadLettered.about(field(event, 'subject') ?? eventId, {
      deadLetterId: id,
      ...{ consumer, eventId, eventType, error, attempts },
      event: content.length <= maxShown ? (event as Json) : content.slice(0, maxShown),
      failedAt: failedAt.toISOString(),
    }),
  );
}

const described = (error: unknown): string =>
  ((error as { stack?: string } | undefined)?.stack ?? String(error)).slice(0, 4_000);

/** A field of any message, if it fits a column for ids. */
function field(message: unknown, name: string): string | undefined {
  const value = (message as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value) ? value : undefined;
}
