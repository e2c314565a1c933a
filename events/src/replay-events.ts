import { handler } from './consumer.ts';
import { everySaga, sagaReplayRequested } from './contracts/sagas.ts';
import type { Transaction } from './outbox.ts';

/**
 * Every service publishes its retained events about a saga again when it is asked to. Those that are not published are
 * counted too: the stream may have them, and drop what comes under the same id.
 */
export const replayEvents = handler(sagaReplayRequested, async (tx, { data }) => {
  const since = new Date(data.since);
  await (data.sagaId === everySaga ? unpublishAll(tx, since) : unpublish(tx, data.sagaId, since));
});

const unpublishAll = ({ manager }: Transaction, since: Date): Promise<unknown> =>
  manager.query('UPDATE outbox SET published_at = NULL, replays = replays + 1 WHERE created_at >= ?', [
    since,
  ]);

// A request for a replay is not replayed itself: of a saga that is stuck for long there would be more each time.
const unpublish = ({ manager }: Transaction, subject: string, since: Date): Promise<unknown> =>
  manager.query(
    `UPDATE outbox SET published_at = NULL, replays = replays + 1
     WHERE subject = ? AND created_at >= ? AND type <> ?`,
    [subject, since, sagaReplayRequested.type],
  );
