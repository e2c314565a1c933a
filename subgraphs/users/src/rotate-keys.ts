import { rotateKeys } from '@frontrow/kit/rotate-keys';
import { accessTokenKeys } from './credentials/access-token.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';

await rotateKeys('users', accessTokenKeys, { entities, migrations });
