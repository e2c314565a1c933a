import { seconds, SettingsError, subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import type { Target } from './domain/audience.ts';

const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((url) => !URL.canParse(url) || new URL(url).username === '', 'must not have a user and password');
const secret = z.string().min(16, 'must have at least 16 characters');
const milliseconds = z.coerce.number().int().min(10);

export const deliveriesSettings = {
  ...subgraphSettings,
  /** Where the data platform takes events, and what they are signed with; without an address it is told nothing. */
  DATA_PLATFORM_URL: address.optional(),
  DATA_PLATFORM_SECRET: secret.optional(),
  /** An incoming webhook. Slack looks at no signature, a relay in front of it may. */
  SLACK_URL: address.optional(),
  SLACK_SECRET: secret.optional(),
  /** From a round of attempts that failed to the next one; doubles from round to round. */
  RETRY_EVERY_SECONDS: seconds.default(60),
  /** How long after the event attempts end. */
  GIVE_UP_AFTER_SECONDS: seconds.default(24 * 60 * 60),
  /** How long a circuit stays open before it is tried. */
  CIRCUIT_OPEN_MS: milliseconds.default(30_000),
  /** The longest that one attempt takes. */
  ATTEMPT_TIMEOUT_MS: milliseconds.max(60_000).default(5_000),
  /** How many deliveries one process sends to one target at once. */
  SENDS_AT_ONCE: z.coerce.number().int().min(1).max(500).default(16),
};

export type DeliveriesSettings = z.infer<z.ZodObject<typeof deliveriesSettings>>;

export interface Destination {
  readonly url: string;
  /** Without one, requests are not signed. */
  readonly secret: string | undefined;
}

/**
 * The targets that are on.
 * @throws SettingsError when the data platform could not tell our requests from anybody's
 */
export function destinations(
  settings: Pick<DeliveriesSettings, `${Target}_${'URL' | 'SECRET'}`>,
): ReadonlyMap<Target, Destination> {
  const { DATA_PLATFORM_URL, DATA_PLATFORM_SECRET, SLACK_URL, SLACK_SECRET } = settings;
  if (DATA_PLATFORM_URL !== undefined && DATA_PLATFORM_SECRET === undefined) {
    throw new SettingsError(
      'The settings are wrong:\n  DATA_PLATFORM_SECRET: is not set, but DATA_PLATFORM_URL is',
    );
  }
  const on = new Map<Target, Destination>();
  if (DATA_PLATFORM_URL !== undefined) {
    on.set('DATA_PLATFORM', { url: DATA_PLATFORM_URL, secret: DATA_PLATFORM_SECRET });
  }
  if (SLACK_URL !== undefined) on.set('SLACK', { url: SLACK_URL, secret: SLACK_SECRET });
  return on;
}
