/** `schema NAME`: the JSON Schema of a workflow's input, for editors and for callers in any language. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/** Written by the build, beside the code. */
const folder = join(__dirname, '../../../lib/schemas');

/** Adds the command. */
export function addSchemaCommand(program: Command, act: Act): void {
  program
    .command('schema')
    .description("Print the JSON Schema of a workflow's input or result; without a name, list what there is.")
    .argument('[name]', 'a workflow, for its input, or one of the names in the list')
    .addHelpText(
      'after',
      examples('schema', 'schema runSyncPipeline > pipeline.schema.json', 'schema runBulkSync.result'),
    )
    .action(act(run));
}

async function run({ session, args }: Call<Record<string, never>>): Promise<void> {
  const [asked] = args;
  const names = readNames();
  const { print } = session;
  if (asked === undefined) {
    return print.rows(names, [{ title: 'Schema', show: (name) => name }], 'No schema was built');
  }
  const wanted = [asked, `${asked}.input`].map((name) => name.toLowerCase());
  const found = wanted.flatMap((name) => names.find((one) => one.toLowerCase() === name) ?? []).at(0);
  if (found === undefined) {
    throw new CliError(
      exitCodes.usage,
      `No schema is named ${JSON.stringify(asked)}`,
      `There are: ${names.join(', ')}`,
    );
  }
  const schema = JSON.parse(readFileSync(join(folder, `${found}.json`), 'utf8')) as unknown;
  print.value(schema, () => JSON.stringify(schema, null, 2));
}

/** @throws CliError where the package was not built */
function readNames(): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  } catch {
    throw new CliError(exitCodes.failed, 'The schemas are not built', 'In a checkout: npm run build');
  }
}
