/** Reads the files of a spec, and the variables beside them, as the workflows take them. */
import type { Fields, ProvisionVariables, SpecInput } from '../../contracts/provision-spec';
import { readSpec } from '../../provisioning/read-spec';
import { maxTextSpecBytes } from '../../rules/provision/check-spec';
import { defaultSet } from '../../rules/provision/to-objects';
import { isFields } from '../../rules/provision/values';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { issueText, readDataFile } from '../run/read-data-file';
import { readText } from '../run/run-options';

/** A spec for the input of a workflow, and the name of its set. */
export interface SpecOfFiles {
  spec: SpecInput;
  set: string;
}

/** Texts, so that the worker's errors name lines; a large spec as plain data. @throws CliError that lists what cannot be read */
export function readSpecFiles(files: readonly string[]): SpecOfFiles {
  const texts = files.map((file) => ({ file, text: readText(file) }));
  const { tree, issues } = readSpec(texts);
  if (issues.length > 0) throw new CliError(exitCodes.usage, issues.map(issueText).join('\n'));
  const isSmall = Buffer.byteLength(JSON.stringify(tree)) <= maxTextSpecBytes;
  return { spec: isSmall ? texts : tree, set: typeof tree.name === 'string' ? tree.name : defaultSet };
}

/** Variables of files, then those of the command line, which win. @throws CliError */
export function readVariables(files: readonly string[], pairs: readonly string[]): ProvisionVariables {
  return Object.assign({}, ...files.map(readVariableFile), ...pairs.map(readPair)) as ProvisionVariables;
}

function readVariableFile(file: string): Fields {
  const content = readDataFile(file, 'variables');
  if (isFields(content)) return content;
  throw new CliError(exitCodes.usage, `${file}: expected an object of variables`);
}

function readPair(pair: string): Fields {
  const at = pair.indexOf('=');
  if (at < 1) throw new CliError(exitCodes.usage, `--var: expected NAME=VALUE, got ${JSON.stringify(pair)}`);
  return { [pair.slice(0, at)]: toValue(pair.slice(at + 1)) };
}

/** `5432`, `true` and lists are what they are in JSON; `1.10`, `007` and all else stay the texts that were typed. */
function toValue(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}
