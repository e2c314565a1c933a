import { rotateKeys } from '@frontrow/kit/rotate-keys';
import { passKeys } from './admission-pass.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';

await rotateKeys('queue', passKeys, { entities, migrations });
