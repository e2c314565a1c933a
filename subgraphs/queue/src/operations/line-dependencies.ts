import type { Outbox } from '@frontrow/events/outbox';
import type { LineChange } from '../domain/line-change.ts';

/** What changing a line takes. */
export interface LineDependencies {
  readonly outbox: Outbox;
  /** Tells all replicas of a change that was committed. Nothing depends on their hearing it. */
  readonly announce: (change: LineChange) => void;
}
