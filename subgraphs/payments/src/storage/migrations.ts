import {
  CountFailedAttempts1760000000161,
  CountReplays1760000000007,
  CreateEventTables1760000000001,
  PrepareReplays1760000000006,
} from '@frontrow/events/tables';
import { CreateIdempotencyKeys1760000000003 } from '@frontrow/kit/idempotency';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import { CreatePaymentTables1760000001000 } from './create-payment-tables.ts';

/** In the order in which they run. */
export const migrations = [
  CreateEventTables1760000000001,
  CreateIdempotencyKeys1760000000003,
  CreateKnownKeySets1760000000005,
  PrepareReplays1760000000006,
  CountReplays1760000000007,
  CreatePaymentTables1760000001000,
  CountFailedAttempts1760000000161,
];
