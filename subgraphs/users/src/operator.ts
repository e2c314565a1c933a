// `npm run operator -- list | add EMAIL | end EMAIL`: manages operators without being one, through the service's own database.
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase } from '@frontrow/kit/database';
import { run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { isRefusal } from '@frontrow/kit/refusal';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { commandOperators } from './operations/command-operators.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';

run(async () => {
  const { DATABASE_URL: url } = readSettings({ DATABASE_URL: subgraphSettings.DATABASE_URL });
  const log = createLogger('operator', 'warn');
  const database = await openDatabase({ url, connections: 2, entities, migrations, log });
  try {
    const outcome = await commandOperators(new Outbox(database, 'users'), process.argv.slice(2), new Date());
    if (isRefusal(outcome)) console.error(`${outcome.code}: ${outcome.message}`);
    else for (const { id, email, name } of outcome) console.log(`${id}  ${email}  ${name}`);
    process.exitCode = isRefusal(outcome) ? 1 : 0;
  } finally {
    await database.destroy();
  }
});
