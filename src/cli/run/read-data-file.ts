/** Reads YAML and JSON files that a person names. */
import { readTextFile, type FileIssue } from '../../files/parse-file';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readText } from './run-options';

/** The plain data in a file; `root` says what the file is. @throws CliError that names the file, the line, and what is wrong */
export function readDataFile(file: string, root: string): unknown {
  const { content, issues } = readTextFile({ file, text: readText(file), root });
  if (issues.length > 0) throw new CliError(exitCodes.usage, issues.map(issueText).join('\n'));
  return content;
}

/** `nightly.yaml:3: pipeline: expected at most 100 levels` */
export function issueText({ field, message, file, line }: FileIssue): string {
  return `${file ?? 'spec'}:${line ?? 1}: ${field}: ${message}`;
}
