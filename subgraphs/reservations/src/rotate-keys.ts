import { rotateKeys } from '@frontrow/kit/rotate-keys';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { ticketKeys } from './ticket-code.ts';

await rotateKeys('reservations', ticketKeys, { entities, migrations });
