import { subgraphSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import { email, password } from './registration.ts';

const atMost = z.coerce.number().int().min(0).max(10_000);

export const usersSettings = {
  ...subgraphSettings,
  /** The operator's account, made or brought up to date at each start. */
  OPERATOR_EMAIL: email,
  OPERATOR_PASSWORD: password,
  /** Accounts that one address may make in an hour; 0 is no limit. */
  REGISTRATIONS_PER_ADDRESS: atMost.default(20),
  /** Wrong passwords from one address within 15 minutes, for all accounts together; 0 is no limit. */
  FAILED_LOG_INS_PER_ADDRESS: atMost.default(100),
};
