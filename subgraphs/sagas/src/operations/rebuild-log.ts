import { everySaga, sagaReplayRequested } from '@frontrow/events/contracts/sagas';
import type { Outbox } from '@frontrow/events/outbox';
import { forgetHandled, isLogEmpty } from '../storage/steps.ts';

/**
 * An empty log is new, or somebody emptied it. Then every service is asked for all events that it retains. Replicas that start at the
 * same moment may both ask.
 * @param consumers those that write the log: they must handle again what they have handled
 * @returns whether the log was empty
 */
export const rebuildLogIfEmpty = (outbox: Outbox, consumers: readonly string[]): Promise<boolean> =>
  outbox.transaction(async (tx) => {
    if (!(await isLogEmpty(tx.manager))) return false;
    await forgetHandled(tx.manager, consumers);
    const since = new Date(0).toISOString();
    tx.emit(sagaReplayRequested.about(everySaga, { sagaId: everySaga, since }));
    return true;
  });
