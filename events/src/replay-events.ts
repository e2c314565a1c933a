import { handler } from './consumer.ts';
import { everySaga, sagaReplayRequested } from './contracts/sagas.ts';
import type { Transaction } from './outbox.ts';

/**
 * Every service publishes its retained events about a saga again when it is asked to. They are unpublished then, but keep
 * their stream sequence, by which the relay knows that the stream has had them.
 */
export const replayEvents = handler(sagaReplayRequested, async (tx, { data }) => {
  const since = new Date(data.since);
  await (data.sagaId === everySaga ? unpublishAll(tx, since) : unpublish(tx, data.sagaId, since));
});

const unpublishAll = ({ manager }: Transaction, since: Date): Promise<unknown> =>
  manager.query('UPDATE outbox SET published_at = NULL WHERE created_at >= ? AND published_at IS NOT NULL', [
    since,
  ]);

// A request for a replay is not replayed itself: of a saga that is stuck for long there would be more each time.
const unpublish = ({ manager }: Transaction, subject: string, since: Date): Promise<unknown> =>
  manager.query(
    `UPDATE outbox SET published_at = NULL
     WHERE subject = ? AND created_at >= ? AND type <> ? AND published_at IS NOT NULL`,
    [subject, since, sagaReplayRequested.type],
  );
