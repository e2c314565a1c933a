import { CreateEventTables1760000000001 } from '@frontrow/events/tables';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import { CreateSigningKeys1760000000004 } from '@frontrow/kit/signing-keys';
import { CreateWaitingRooms1760000200001 } from './create-waiting-rooms.ts';

/** In the order in which they run. */
export const migrations = [
  CreateEventTables1760000000001,
  CreateSigningKeys1760000000004,
  CreateKnownKeySets1760000000005,
  CreateWaitingRooms1760000200001,
];
