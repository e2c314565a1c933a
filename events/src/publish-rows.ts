import { newId } from '@frontrow/kit/ids';
import { messageId, subjectOf } from './broker.ts';
import type { Broker } from './broker.ts';
import { stillHas } from './stream-memory.ts';

/** How many rows are published with their acknowledgements in flight together. */
export const batchSize = 200;

/** The columns of `outbox` that `OutboxRow` has. */
export const rowColumns = 'position, id, type, subject, envelope, created_at';

/** An event as it is stored, and published. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** The whole event, in JSON. */
  readonly envelope: string;
}

export interface OutboxRow extends StoredEvent {
  readonly position: string | number;
  readonly created_at: Date;
}

/** An event that the stream has taken. */
export interface Acknowledged {
  readonly id: string;
  /** The number that the stream gave the message. */
  readonly sequence: number;
}

/**
 * Publishes rows of the outbox, all at once.
 * @param publication tells this publication of the rows from others: see `messageId`
 * @returns the rows that the stream has now, and the error that another row met, if any
 */
export async function publishRows(
  broker: Broker,
  rows: readonly StoredEvent[],
  publication?: string,
): Promise<{ acknowledged: Acknowledged[]; failure: Error | undefined }> {
  const outcomes = await Promise.allSettled(
    rows.map(async (row): Promise<Acknowledged> => {
      const publish = (msgID: string) =>
        broker.stream.publish(subjectOf(row.type, row.subject), row.envelope, { msgID });
      const { seq, duplicate } = await publish(messageId(row.id, publication));
      const isThere =
        !duplicate || (await stillHas(broker, { last_sequence: seq, last_id: row.id, must_be_there: 1 }));
      // A stream remembers the ids of messages that it has lost, or cannot read any more.
      return { id: row.id, sequence: isThere ? seq : (await publish(messageId(row.id, newId()))).seq };
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  return {
    acknowledged: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    failure: failed?.reason as Error | undefined,
  };
}

/** The row that the stream took last. */
export const lastOf = (acknowledged: readonly Acknowledged[]): Acknowledged =>
  acknowledged.reduce((a, b) => (b.sequence > a.sequence ? b : a));
