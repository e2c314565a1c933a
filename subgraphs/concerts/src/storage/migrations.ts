import { eventMigrations } from '@frontrow/events/tables';
import { CreateIdempotencyKeys1760000000003 } from '@frontrow/kit/idempotency';
import { CreateKnownKeySets1760000000005 } from '@frontrow/kit/key-set';
import { CountUnpaidHolds1760000300002 } from './count-unpaid-holds.ts';
import { CancelSchedules1795000300001 } from './cancel-schedules.ts';
import { ComposeTexts1760000300010 } from './compose-texts.ts';
import { CountChanges1760000300011 } from './count-changes.ts';
import { MoveSchedules1795000340001 } from './move-schedules.ts';
import { NoteWhenTicketsEnded1760000300143 } from './note-when-tickets-ended.ts';
import { CreateConcertTables1760000300001 } from './create-concert-tables.ts';
import { CreateHallTables1795000310000 } from './create-hall-tables.ts';
import { CreateSeatMapTables1795200000000 } from './create-seat-map-tables.ts';
import { PublishConcerts1795000350001 } from './publish-concerts.ts';
import { KeepScheduleMinutes1795000100001 } from './schedule-minutes.ts';

export const migrations = [
  ...eventMigrations,
  CreateIdempotencyKeys1760000000003,
  CreateKnownKeySets1760000000005,
  CreateConcertTables1760000300001,
  CountUnpaidHolds1760000300002,
  ComposeTexts1760000300010,
  CountChanges1760000300011,
  NoteWhenTicketsEnded1760000300143,
  CreateSeatMapTables1795200000000,
  KeepScheduleMinutes1795000100001,
  CancelSchedules1795000300001,
  CreateHallTables1795000310000,
  PublishConcerts1795000350001,
  MoveSchedules1795000340001,
];
