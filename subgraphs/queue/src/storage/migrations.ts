import { eventMigrations } from '@frontrow/events/tables';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import {
  CreateNextSigningKeys1760000000021,
  CreateSigningKeys1760000000004,
} from '@frontrow/kit/signing-keys';
import { AddChallenges1760000200005 } from './add-challenges.ts';
import { AddLineVersions1760000200002 } from './add-line-versions.ts';
import { KeepMaxActive1760000200003 } from './keep-max-active.ts';
import { CreateWaitingRooms1760000200001 } from './create-waiting-rooms.ts';
import { PublishRooms1795000350002 } from './publish-rooms.ts';
import { KeepRoomMinutes1795000100000 } from './room-minutes.ts';
import { StopFollowingHolds1760000200004 } from './stop-following-holds.ts';

/** In the order in which they run. */
export const migrations = [
  ...eventMigrations,
  CreateSigningKeys1760000000004,
  CreateKnownKeySets1760000000005,
  CreateWaitingRooms1760000200001,
  AddLineVersions1760000200002,
  KeepMaxActive1760000200003,
  CreateNextSigningKeys1760000000021,
  StopFollowingHolds1760000200004,
  AddChallenges1760000200005,
  KeepRoomMinutes1795000100000,
  PublishRooms1795000350002,
];
