import type { Outbox } from '@frontrow/events/outbox';
import type { JWTVerifyGetKey } from 'jose';

/** What selling seats takes, besides the seats. */
export interface BoxOffice {
  readonly outbox: Outbox;
  /** The queue's public keys: it signs the passes. */
  readonly passKeys: JWTVerifyGetKey;
  /** How long a hold lasts. */
  readonly holdSeconds: number;
}
