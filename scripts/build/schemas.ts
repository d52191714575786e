/** Writes the JSON Schemas of the workflows into the build, where the package publishes them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provisionSpecSchema } from '../../src/provisioning/spec-schema';
import { describedSchemas } from './described-schemas';

const folder = 'lib/schemas';

mkdirSync(folder, { recursive: true });
const schemas = { ...describedSchemas(), provisionSpec: provisionSpecSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
