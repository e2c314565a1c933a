import type { NewEvent } from '@frontrow/events/contract';
import { sagaCompensationRequested, sagaReplayRequested } from '@frontrow/events/contracts/sagas';
import { hasEnded, isInTheWay, isProgress, sagaOf } from './saga.ts';
import type { Saga } from './saga.ts';
import type { Step, StepName } from './step.ts';

/** How long a saga may stand still before something is done, in ms. */
export interface Patience {
  /** After this time its events are asked for again. */
  readonly replayAfterMs: number;
  /** After this time it is put back. */
  readonly compensateAfterMs: number;
}

/** What is done about a saga, and when, unless a step arrives first. */
export interface Move {
  readonly kind: 'REPLAY' | 'COMPENSATE';
  readonly at: Date;
  readonly event: NewEvent;
}

/** The most by which the clocks of two services differ, in ms. */
const clockToleranceMs = 60_000;

/**
 * Decides what to do about a saga if nothing more is heard of it; null if nothing is to be done, however long that lasts.
 *
 * Time counts from when a step was heard of. A step that arrives late, after the broker was away or while the log is rebuilt,
 * shows that more may be on the way, so the wait is longer by as much as the step was late. Before a saga is put back, a replay
 * of it must have arrived here and brought nothing new, because while the broker is away nobody can tell whether the saga stands
 * still.
 */
export function nextMove(id: string, steps: readonly Step[], patience: Patience): Move | null {
  const saga = sagaOf(id, steps);
  const progress = steps.filter(isProgress);
  if (progress.length === 0 || hasEnded(saga.status)) return null;
  const { replayAfterMs, compensateAfterMs } = patience;
  const named = (name: StepName) => steps.filter((step) => step.name === name);
  const replays = named('saga.replay-requested');
  const requests = named('saga.compensation-requested');

  // Some service cannot even put it back. Once that is repaired, the next replay will do it.
  if (requests.length > 0) return replay(saga, heard([...requests, ...replays]) + compensateAfterMs);

  // Older events may be forgotten by now, and the end among them, so nothing can be said about such a saga.
  const hasBeginning = named('seats.held').length > 0;
  const [deadLetter] = steps.filter(isInTheWay);
  if (deadLetter !== undefined && hasBeginning) {
    const { consumer, eventType } = deadLetter.data;
    return compensate(saga, due(deadLetter), `${String(consumer)} gave up on ${String(eventType)}.`);
  }
  const since = Math.max(...progress.map(due), saga.waitsUntil?.getTime() ?? 0);
  const inVain = replays.filter(({ heardAt }) => heardAt.getTime() > heard(progress));
  const next = Math.max(since, heard(inVain)) + replayAfterMs;
  if (inVain.length === 0) return replay(saga, next);
  if (!hasBeginning) return null;
  if (next < since + compensateAfterMs) return replay(saga, next);
  return compensate(saga, next, `Nothing has followed for ${String((next - since) / 1_000)} s.`);
}

const heard = (steps: readonly Step[]) => Math.max(0, ...steps.map(({ heardAt }) => heardAt.getTime()));

/** When the next step could have arrived, if it were as late as this one. */
const due = ({ at, heardAt }: Step) => heardAt.getTime() + Math.max(0, heardAt.getTime() - at.getTime());

function replay({ id, startedAt }: Saga, at: number): Move {
  const since = new Date(startedAt.getTime() - clockToleranceMs).toISOString();
  return { kind: 'REPLAY', at: new Date(at), event: sagaReplayRequested.about(id, { sagaId: id, since }) };
}

function compensate({ id, userId }: Saga, at: number, why: string): Move {
  return {
    kind: 'COMPENSATE',
    at: new Date(at),
    event: sagaCompensationRequested.about(id, { sagaId: id, userId, why }),
  };
}
