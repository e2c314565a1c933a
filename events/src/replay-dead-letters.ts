import { isTransient } from '@frontrow/kit/database';
import { consumerName } from './broker.ts';
import { handler } from './handler.ts';
import type { Handler } from './handler.ts';
import { readEvent } from './contract.ts';
import type { NewEvent } from './contract.ts';
import { deadLetterReplayRequested } from './contracts/sagas.ts';
import { lockDeadLetter, markReplayed, reopen } from './dead-letter.ts';
import type { DeadLetter } from './dead-letter.ts';
import { HandledMeanwhile, takeIn } from './inbox.ts';
import type { Transaction } from './outbox.ts';

/**
 * When an operator asks for it, a service's own dead letters go back to the very consumer that gave up on them. An event that was
 * handled meanwhile, for example by a replay of the saga, has no second effect. One that fails again is open again, with the new error.
 */
export const replayDeadLetters = (service: string, handlers: readonly Handler[]): Handler => {
  const consumers = new Map(handlers.map((one) => [consumerName(service, one.contract.type), one]));
  return handler(deadLetterReplayRequested, async (tx, { data }) => {
    const consumer = consumers.get(data.consumer);
    if (consumer === undefined) return; // another service's
    const letter = await lockDeadLetter(tx.manager, data.deadLetterId);
    if (letter?.replayedAt !== null) return; // unknown, or handled by now
    const failure = await attempt(tx, () => handleOnceMore(tx, consumer, letter));
    if (failure === undefined) await markReplayed(tx.manager, letter, new Date());
    else await reopen(tx, letter, failure.error, new Date());
  });
};

async function handleOnceMore(tx: Transaction, consumer: Handler, letter: DeadLetter): Promise<NewEvent[]> {
  const event = readEvent(consumer.contract, letter.event);
  const emitted: NewEvent[] = [];
  const fresh = await takeIn(tx, letter.consumer, [event]);
  await consumer.handle({ ...tx, emit: (...events) => void emitted.push(...events) }, fresh);
  return emitted;
}

/** Does the work in a part of the transaction. If it fails for good, nothing of that part remains. */
async function attempt(
  tx: Transaction,
  work: () => Promise<NewEvent[]>,
): Promise<{ error: unknown } | undefined> {
  await tx.manager.query('SAVEPOINT attempt');
  try {
    tx.emit(...(await work()));
    return undefined;
  } catch (error) {
    // Then the whole transaction must run again.
    if (isTransient(error) || error instanceof HandledMeanwhile) throw error;
    await tx.manager.query('ROLLBACK TO SAVEPOINT attempt');
    return { error };
  }
}
