import { lessThan, seconds, subgraphSettings } from '@frontrow/kit/settings';

export const sagasSettings = {
  ...subgraphSettings,
  /** How long a saga may stand still before its events are asked for again. */
  REPLAY_AFTER_SECONDS: lessThan('COMPENSATE_AFTER_SECONDS', seconds.default(20)),
  /** How long before it is put back. */
  COMPENSATE_AFTER_SECONDS: seconds.default(300),
};
