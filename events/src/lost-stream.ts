import type { StreamState } from '@frontrow/kit/nats';
import type { DataSource } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import { ensureStream, streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import { everySaga } from './contracts/sagas.ts';
import { republish } from './republish.ts';
import { beginMemory, lockMemory, remember, stillHas } from './stream-memory.ts';

/**
 * The database has the truth; the stream only carries it. When the broker has lost the stream, its end or something in its middle,
 * everything that the outbox retains is published once more. All of it, because by the time this service looks, others may have published
 * where the stream broke off, so sequence numbers do not show what is missing. Consumers drop what they have handled. A loss that
 * cannot be seen here, because the numbers still agree, is found by the consumers: see reconcile.ts.
 * @returns whether something was lost
 */
export async function republishWhatWasLost(database: DataSource, broker: Broker): Promise<boolean> {
  await ensureStream(broker);
  // The row lock lets one replica do this. The stream is looked at after the lock was taken, so the row cannot be ahead of it.
  return transaction(database, async (manager) => {
    const remembered = (await lockMemory(manager)) ?? (await beginMemory(manager));
    const { created, state } = await broker.manager.streams.info(streamName);
    const missing = missingIn(state);
    const isKnown = remembered?.stream_created_at === created;
    if (isKnown && Number(remembered.missing) >= missing && (await stillHas(broker, remembered))) {
      // A hole that grows old leaves the stream, and must not hide the next one.
      if (Number(remembered.missing) > missing) await remember(manager, 'missing = ?', missing);
      return false;
    }
    await remember(
      manager,
      `stream_created_at = ?, last_sequence = 0, last_id = '', missing = ?`,
      created,
      missing,
    );
    const isFirstLook = remembered?.stream_created_at === '';
    if (!isFirstLook) await republish(manager, { subject: everySaga, since: new Date(0) });
    return !isFirstLook;
  });
}

/** A truncated file leaves a hole between the first message and the last one, and so does one that is deleted by hand. */
const missingIn = ({ messages, first_seq, last_seq }: StreamState): number =>
  messages === 0 ? 0 : last_seq - first_seq + 1 - messages;
