import { subgraphSettings } from '@frontrow/kit/settings';
import { email, password } from './registration.ts';

export const usersSettings = {
  ...subgraphSettings,
  /** The operator's account, made or brought up to date at each start. */
  OPERATOR_EMAIL: email,
  OPERATOR_PASSWORD: password,
};
