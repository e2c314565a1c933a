import { httpUrl, seconds, subgraphSettings } from '@frontrow/kit/settings';

export const concertsSettings = {
  ...subgraphSettings,
  /** The address of the public keys of admission passes. */
  QUEUE_JWKS_URL: httpUrl,
  /** How long a fan has to pay for held seats, in s. */
  HOLD_SECONDS: seconds.default(300),
};
