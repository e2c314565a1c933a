import type { Outbox } from '@frontrow/events/outbox';
import type { LineChange } from '../domain/line-change.ts';

/** What operations need to change a line. */
export interface LineDependencies {
  readonly outbox: Outbox;
  /** Tells all replicas about a committed change. Nothing depends on their receiving it. */
  readonly announce: (change: LineChange) => void;
}
