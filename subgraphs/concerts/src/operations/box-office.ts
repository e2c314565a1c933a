import type { Outbox } from '@frontrow/events/outbox';
import type { GivenIds } from '@frontrow/kit/given-ids';
import type { JWTVerifyGetKey } from 'jose';

/** What selling seats takes, besides the seats. */
export interface BoxOffice {
  readonly outbox: Outbox;
  /** Of concerts and reservations, which other services are asked about before they have heard of them. */
  readonly ids: GivenIds;
  /** The queue's public keys: it signs the passes. */
  readonly passKeys: JWTVerifyGetKey;
  /** How long a hold lasts. */
  readonly holdSeconds: number;
}
