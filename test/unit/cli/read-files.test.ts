/** Files that a person names: what is wrong with one is said with its name, and at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CliError } from '../../../src/cli/cli-error';
import { exitCodes } from '../../../src/cli/exit-codes';
import { readVariables } from '../../../src/cli/provision/spec-files';
import type { RootOptions } from '../../../src/cli/root-options';
import { readPipeline } from '../../../src/cli/run/pipeline-file';
import { readInputOption } from '../../../src/cli/run/run-options';
import { loadTemporalSettings } from '../../../src/cli/temporal-settings';

const folder = mkdtempSync(join(tmpdir(), 'cli-files-'));
const file = join(folder, 'given');

afterAll(() => rmSync(folder, { recursive: true }));

/** What is said of a file with this content. */
function refusal(read: (file: string) => unknown, content: string | Uint8Array): string {
  writeFileSync(file, content);
  return refusalOf(() => read(file));
}

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    expect(error.exitCode).toBe(exitCodes.usage);
    return error.message;
  }
  throw new Error('Expected a refusal');
}

const settingsOf = (options: Partial<RootOptions>) => loadTemporalSettings(options as RootOptions, { HOME: folder });
const readEnvironments = (envFile: string) => settingsOf({ env: 'production', envFile, disableConfigFile: true });
const readProfiles = (configFile: string) => settingsOf({ configFile });

describe.each([
  ['a pipeline', 'pipeline', readPipeline],
  ['variables', 'variables', (name: string) => readVariables([name], [])],
  ['the old environments', 'environments', readEnvironments],
] as const)('a file of %s', (_what, root, read) => {
  it.each([
    ['nests 5,000 brackets', `steps: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 1, 'expected at most 100 levels'],
    ['nests them in JSON', `{"steps": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 1, 'expected at most 100 levels'],
    ['holds itself', 'steps: &a\n  - { id: x, more: *a }\n', 1, 'expected at most 100 levels'],
    [
      'has thousands of aliases',
      `a: &a 1\nsteps:\n${'  - *a\n'.repeat(5_000)}`,
      3,
      'has an alias without an anchor, or',
    ],
    ['is no YAML', 'steps: [ { id: secret\n', 2, 'is neither YAML nor JSON (BAD_INDENT)'],
    ['says a name twice', 'steps: []\nsteps: []\n', 2, 'is neither YAML nor JSON (DUPLICATE_KEY)'],
    ['has a name that JavaScript takes for another', '__proto__: 1', 1, 'cannot be a name'],
  ])('that %s', (_how, content, line, message) => {
    const said = refusal(read, content);
    expect(said).toContain(`${file}:${line}: ${message === 'cannot be a name' ? '__proto__' : root}: ${message}`);
    expect(said).not.toContain('secret');
  });

  it('that is one long map is read without delay', () => {
    const startedAt = performance.now();
    const many = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`);
    writeFileSync(file, many.join('\n'));
    try {
      read(file);
    } catch (error) {
      expect(error).toBeInstanceOf(CliError);
    }
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('that cannot be read, or is no text', () => {
    expect(refusalOf(() => read(folder))).toBe(`${folder} cannot be read (EISDIR)`);
    expect(refusalOf(() => read(join(folder, 'none')))).toBe(`${join(folder, 'none')} cannot be read (ENOENT)`);
    expect(refusal(read, Buffer.from('steps: []', 'utf16le').fill(0xff, 0, 2))).toBe(
      `${file}: expected a text in UTF-8`,
    );
  });
});

describe('a file of a pipeline', () => {
  it.each([
    ['', 'expected "steps", a list'],
    ['steps: [load]', 'steps[0]: expected an object'],
    ["steps: [{ id: a, sync: '' }]", 'steps[0].sync: expected the name or id of a sync'],
    ['steps: [{ id: a, sync: }]', 'steps[0].sync: expected the name or id of a sync'],
    ['steps: [{ id: a, sync: { id: x } }]', 'steps[0].sync: expected the name or id of a sync'],
    ['steps: [{ id: a, sync: A, syncId: b }]', 'steps[0].sync: cannot be given together with syncId'],
  ])('%j is refused', (content, message) => {
    expect(refusal(readPipeline, content)).toBe(`${file}: ${message}`);
  });
});

describe('a file of Temporal settings', () => {
  it.each([
    ['', 'the configuration file has no [profile.NAME]'],
    ['[profile.default]\napi_key = "secret\n', 'Invalid TOML document'],
  ])('%j is refused without its content', (content, message) => {
    const said = refusal(readProfiles, content);
    expect(said).toContain(`Temporal settings: ${message}`);
    expect(said).not.toContain('secret');
  });

  it('is refused where it is not there, and was named', () => {
    const none = join(folder, 'none.toml');
    expect(refusalOf(() => readProfiles(none))).toBe(`Temporal settings: ${none} cannot be read (ENOENT)`);
    expect(() => settingsOf({})).not.toThrow();
  });

  it('names an environment file whose environments are none', () => {
    expect(refusal(readEnvironments, 'env: [production]')).toContain(`${file}: env: expected an object`);
    expect(refusal(readEnvironments, 'env: { production: here }')).toContain(`${file}: env: expected an object`);
    expect(refusal(readEnvironments, 'env: {}')).toBe(`${file} has no environment "production"`);
  });
});

it('reads --input @FILE with a byte order mark, as editors write it', () => {
  writeFileSync(file, '\ufeff{"timeout":"1h"}');
  expect(readInputOption(`@${file}`)).toEqual({ timeout: '1h' });
});
