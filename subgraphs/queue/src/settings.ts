import { seconds, subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';

export const queueSettings = {
  ...subgraphSettings,
  /** How long fans have to come back after a time in which they could not be seen, before any of them counts as away. */
  GRACE_AFTER_OUTAGE_SECONDS: seconds.default(120),
  /** How hard challenges are: the number of hexadecimal zeros to be found. Each further one is 16 times the work. */
  CHALLENGE_DIFFICULTY: z.coerce.number().int().min(1).max(6).default(4),
};
