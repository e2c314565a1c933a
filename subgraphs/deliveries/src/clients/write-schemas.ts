import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas, schemasFolder } from './json-schemas.ts';

/** `npm run schemas -w @frontrow/deliveries`, after a change of the payloads. */
mkdirSync(schemasFolder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas)) {
  writeFileSync(new URL(name, schemasFolder), `${JSON.stringify(schema, null, 2)}\n`);
}
