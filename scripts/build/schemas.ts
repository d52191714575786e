/** Writes the JSON Schemas of the workflows into the build, where the package publishes them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describedSchemas } from './described-schemas';

const folder = 'lib/schemas';

mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(describedSchemas())) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
