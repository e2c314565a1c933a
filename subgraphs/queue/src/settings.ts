import { subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';

export const queueSettings = {
  ...subgraphSettings,
  /** How hard challenges are: the number of hexadecimal zeros to be found. Each further one is 16 times the work. */
  CHALLENGE_DIFFICULTY: z.coerce.number().int().min(1).max(6).default(4),
};
