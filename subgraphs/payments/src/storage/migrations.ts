import { eventMigrations } from '@frontrow/events/tables';
import { CreateIdempotencyKeys1760000000003 } from '@frontrow/kit/idempotency';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import { CreatePaymentTables1760000001000 } from './create-payment-tables.ts';

/** The migrations, in the order in which they run. */
export const migrations = [
  ...eventMigrations,
  CreateIdempotencyKeys1760000000003,
  CreateKnownKeySets1760000000005,
  CreatePaymentTables1760000001000,
];
