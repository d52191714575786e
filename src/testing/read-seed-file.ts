/** Reads a seed from a file, or from what a file held. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { outcomes } from './execution-script';
import { jobTypes } from './job';
import type { Seed } from './options';
import {
  amount,
  anything,
  flag,
  listOf,
  mapOf,
  object,
  oneOf,
  SeedError,
  text,
  textOr,
  type Check,
} from './seed-check';

/**
 * A seed for `startEmulator` from a YAML or JSON file, with the fields of {@link Seed}.
 *
 * @throws SeedError that names the file, and the field and what was expected there.
 */
export function readSeedFile(path: string): Seed {
  try {
    return parseSeed(contentOf(path));
  } catch (error) {
    if (error instanceof SeedError) throw new SeedError(`${path}: ${error.message}`);
    throw error;
  }
}

/** The seed that a parsed file holds; throws a {@link SeedError}. An empty file is an empty seed. */
export function parseSeed(content: unknown): Seed {
  const seed = content ?? {};
  seedCheck(seed, '');
  return seed;
}

function contentOf(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The parser's own message would quote the text around the fault, which may be a secret of a configuration.
    throw new SeedError(code.startsWith('E') ? `cannot be read (${code})` : 'is neither YAML nor JSON');
  }
}

const fields = mapOf(anything);
const open = { open: true };
const step = object({ status: text, afterMs: amount, ended: flag }, { open: true, required: ['status', 'afterMs'] });
const settings = object({
  outcome: oneOf(outcomes),
  steps: listOf(step),
  durationMs: amount,
  onCancel: oneOf(['confirm', 'complete', 'fail', 'never', 'ignore']),
  cancelMs: amount,
});
const script: Check = (value, path) => {
  if (typeof value === 'string') return oneOf(outcomes)(value, path);
  return Array.isArray(value) ? listOf(step)(value, path) : settings(value, path);
};

const named = { id: text, name: text, organization: text };
const sync = {
  ...named,
  active: flag,
  script,
  nextScripts: listOf(script),
  durationMs: amount,
  cancelMs: amount,
  everyMs: amount,
  executions: listOf(fields),
  nextExecutionTime: text,
};
const schemas = listOf(textOr(object({ id: text, fields: listOf(textOr(fields)) }, { open: true, required: ['id'] })));
const query = object({
  contains: text,
  status: oneOf(['done', 'failed', 'unknown', 'running']),
  durationMs: amount,
  rows: listOf(fields),
  pageRows: amount,
  error: text,
  expiresMs: amount,
});
const connection = {
  ...named,
  type: textOr(fields),
  configuration: fields,
  schemas,
  schemasAfterRefresh: schemas,
  refreshMs: amount,
  queries: listOf(query),
  proxy: fields,
  parameterValues: mapOf(listOf(anything)),
  ownedByHarbor: flag,
};
const job = object({ status: oneOf(['done', 'failed', 'running']), durationMs: amount, error: text });

const seedCheck = object({
  organizations: mapOf(object({ id: text, keys: listOf(text) }, { required: ['keys'] })),
  connections: listOf(object(connection, open)),
  models: listOf(object({ ...named, records: listOf(fields), sampleMs: amount }, open)),
  refusedConfigurations: listOf(object({ type: text, configuration: fields, message: text })),
  jobs: object(Object.fromEntries(jobTypes.map((type) => [type, job]))),
  modelSyncs: listOf(object(sync, open)),
  bulkSyncs: listOf(object({ ...sync, schemas }, open)),
});
