import { linkSecret, seconds, SettingsError, subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import type { Target } from './domain/audience.ts';
import type { Pages } from './mails/letters.ts';

const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((url) => !URL.canParse(url) || new URL(url).username === '', 'must not have a user and password');
const secret = z.string().min(16, 'must have at least 16 characters');
const milliseconds = z.coerce.number().int().min(10);

export const deliveriesSettings = {
  ...subgraphSettings,
  /** The data platform's address, and the secret that its requests are signed with; without an address it is off. */
  DATA_PLATFORM_URL: address.optional(),
  DATA_PLATFORM_SECRET: secret.optional(),
  /** An incoming webhook. Slack ignores the signature; a relay in front of it may check it. */
  SLACK_URL: address.optional(),
  SLACK_SECRET: secret.optional(),
  /** The mail server, smtp: or smtps:, with user and password if it asks for them; without it, mail is off. */
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an address like smtps://user:password@host:465' })
    .optional(),
  /** The sender of mails: `Frontrow <tickets@frontrow.example>`. */
  MAIL_FROM: z
    .string()
    .regex(/^[^@<>\r\n]*<?[^@<>\s]+@[^@<>\s]+>?$/, 'must be like Frontrow <tickets@frontrow.example>')
    .optional(),
  /** The storefront's address, with which links in mails begin. */
  STOREFRONT_URL: address.transform((url) => url.replace(/\/+$/, '')).optional(),
  /** The secret of mailed links; the same in users, which accepts them. */
  MAIL_LINK_SECRET: linkSecret.optional(),
  /** From a round of attempts that failed to the next one; doubles from round to round. */
  RETRY_EVERY_SECONDS: seconds.default(60),
  /** How long after the event attempts end. */
  GIVE_UP_AFTER_SECONDS: seconds.default(24 * 60 * 60),
  /** How long a circuit stays open before it is tried. */
  CIRCUIT_OPEN_MS: milliseconds.default(30_000),
  /** The longest that one attempt takes. */
  ATTEMPT_TIMEOUT_MS: milliseconds.max(60_000).default(5_000),
  /** How many deliveries one process sends to one target at once; of mails never more than five. */
  SENDS_AT_ONCE: z.coerce.number().int().min(1).max(500).default(16),
};

export type DeliveriesSettings = z.infer<z.ZodObject<typeof deliveriesSettings>>;

export interface Destination {
  readonly url: string;
  /** Without one, requests are not signed. */
  readonly secret: string | undefined;
}

export interface MailDestination extends Pages {
  readonly url: string;
  readonly from: string;
}

/**
 * The targets that are on.
 * @throws SettingsError when a target is on and something that it needs is not set
 */
export function destinations(
  settings: DeliveriesSettings,
): ReadonlyMap<Target, Destination | MailDestination> {
  const { DATA_PLATFORM_URL, DATA_PLATFORM_SECRET, SLACK_URL, SLACK_SECRET } = settings;
  requireWith(settings, 'DATA_PLATFORM_URL', ['DATA_PLATFORM_SECRET']);
  requireWith(settings, 'SMTP_URL', ['MAIL_FROM', 'STOREFRONT_URL', 'MAIL_LINK_SECRET']);
  const on = new Map<Target, Destination | MailDestination>();
  if (DATA_PLATFORM_URL !== undefined) {
    on.set('DATA_PLATFORM', { url: DATA_PLATFORM_URL, secret: DATA_PLATFORM_SECRET });
  }
  if (SLACK_URL !== undefined) on.set('SLACK', { url: SLACK_URL, secret: SLACK_SECRET });
  const { SMTP_URL: url, MAIL_FROM: from, STOREFRONT_URL: storefront, MAIL_LINK_SECRET: secret } = settings;
  if (url !== undefined && from !== undefined && storefront !== undefined && secret !== undefined) {
    on.set('MAIL', { url, from, storefront, linkSecret: secret });
  }
  return on;
}

type Setting = keyof DeliveriesSettings;

function requireWith(settings: DeliveriesSettings, set: Setting, needed: readonly Setting[]): void {
  if (settings[set] === undefined) return;
  const missing = needed.filter((name) => settings[name] === undefined);
  if (missing.length === 0) return;
  const mistakes = missing.map((name) => `\n  ${name}: is not set, but ${set} is`);
  throw new SettingsError(`The settings are wrong:${mistakes.join('')}`);
}
