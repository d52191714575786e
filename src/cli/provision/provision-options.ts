/** Options of `plan`, `apply`, `destroy` and `drift`. */
import { Option, type Command } from 'commander';
import { addOrganizationOption, collect } from '../run/run-options';

/** What every command with a spec understands. */
export interface SpecFlags {
  organization?: string;
  var?: string[];
  varFile?: string[];
  input?: string;
}

/** How the plan of an apply is made. */
export interface ApplyPlanFlags {
  adopt?: 'never' | 'byName';
  prune?: true;
}

/** What of a destroy goes beyond what we made. */
export interface DestroyPlanFlags {
  deleteAdopted?: string[];
}

/** Adds the files and the variables. */
export function addSpecOptions(command: Command): Command {
  command.argument('<file...>', 'files of the spec (YAML or JSON), merged; "-" reads standard input');
  addVariableOptions(command);
  return addOrganizationOption(command).option(
    '--input <json>',
    'more fields of the workflow input, as JSON or @FILE; they win over the options',
  );
}

/** Adds the variables alone. */
export function addVariableOptions(command: Command): Command {
  return command
    .option('--var <name=value>', 'value of { $var: name } in a spec: JSON, else a text (repeatable)', collect)
    .option('--var-file <file>', 'YAML or JSON file of such values (repeatable)', collect);
}

/** Adds how an apply is planned. */
export function addApplyPlanOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--adopt <what>',
        'what exists under the name of an object that says nothing of it (default: never)',
      ).choices(['never', 'byName']),
    )
    .option('--prune', 'delete what the spec dropped and we made');
}

/** Adds what a destroy deletes besides. */
export function addDestroyPlanOptions(command: Command): Command {
  return command.option(
    '--delete-adopted <address>',
    'also delete this adopted or pinned object, such as connections.hub (repeatable)',
    collect,
  );
}

/** Adds the exit codes of Terraform. */
export function addDetailedExitcode(command: Command, what: string): Command {
  return command.option('--detailed-exitcode', `exit with 0 for nothing, 2 for ${what}, 1 for every error`);
}
