import { linkSecret, subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import { email, password } from './registration.ts';

const atMost = z.coerce.number().int().min(0).max(10_000);

export const usersSettings = {
  ...subgraphSettings,
  /** The operator's account, which each start makes or brings up to date. */
  OPERATOR_EMAIL: email,
  OPERATOR_PASSWORD: password,
  /** The key that makes mailed links valid. `deliveries`, which mails them, must have the same one. */
  MAIL_LINK_SECRET: linkSecret,
  /**
   * How many accounts one address may make in an hour, and how many links to reset a password it may ask for; 0 means no limit.
   */
  REGISTRATIONS_PER_ADDRESS: atMost.default(20),
  /** How many wrong passwords one address may send within 15 minutes, for all accounts together; 0 means no limit. */
  FAILED_LOG_INS_PER_ADDRESS: atMost.default(100),
};
