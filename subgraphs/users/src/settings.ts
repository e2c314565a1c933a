import { linkSecret, subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import { email, password } from './registration.ts';

const atMost = z.coerce.number().int().min(0).max(10_000);

export const usersSettings = {
  ...subgraphSettings,
  /** The operator's account, made or brought up to date at each start. */
  OPERATOR_EMAIL: email,
  OPERATOR_PASSWORD: password,
  /** Makes links that are mailed good; deliveries, which mails them, has the same. */
  MAIL_LINK_SECRET: linkSecret,
  /** Accounts that one address may make in an hour, and links to reset a password that it may ask for; 0 is no limit. */
  REGISTRATIONS_PER_ADDRESS: atMost.default(20),
  /** Wrong passwords from one address within 15 minutes, for all accounts together; 0 is no limit. */
  FAILED_LOG_INS_PER_ADDRESS: atMost.default(100),
};
