/** `plan`, `drift`, `export`: what a spec would do, what differs from it, and a spec of what there is. They write nothing. */
import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { provisionKinds } from '../../contracts/provision-spec';
import { toMarkdownText } from '../../rules/markdown';
import { examples, type Act, type Call } from '../act';
import { CliError } from '../cli-error';
import { changesPending, errorCode, exitCodes, type ExitCode } from '../exit-codes';
import { parseText } from '../parse-text';
import {
  addApplyPlanOptions,
  addDestroyPlanOptions,
  addDetailedExitcode,
  addSpecOptions,
  type ApplyPlanFlags,
  type DestroyPlanFlags,
  type SpecFlags,
} from '../provision/provision-options';
import { addOrganizationOption, collect } from '../run/run-options';

interface PlanOptions extends SpecFlags, ApplyPlanFlags, DestroyPlanFlags {
  destroy?: true;
  detailedExitcode?: true;
}

interface DriftOptions extends SpecFlags {
  notify?: string[];
  detailedExitcode?: true;
}

interface ExportOptions {
  organization?: string;
  kind?: string[];
  name?: string[];
  set?: string;
  file?: string;
}

/** Adds the command. */
export function addPlanCommand(program: Command, act: Act): void {
  const command = program
    .command('plan')
    .description('Say what an apply of a spec would do, object by object and field by field. Writes nothing.');
  addDestroyPlanOptions(addApplyPlanOptions(addSpecOptions(command)));
  command.option('--destroy', 'say what a destroy would do');
  addDetailedExitcode(command, 'changes')
    .addHelpText(
      'after',
      examples(
        'plan warehouse.yaml',
        'plan base.yaml production.yaml --var host=db.internal --detailed-exitcode',
        'plan warehouse.yaml --destroy',
      ),
    )
    .action(act<PlanOptions>(runPlan));
}

/** Adds the command. */
export function addDriftCommand(program: Command, act: Act): void {
  const command = program
    .command('drift')
    .description('Say what differs from what was applied, field by field. Writes nothing.');
  addSpecOptions(command).option(
    '--notify <target>',
    'target of the worker to notify of a drift (repeatable)',
    collect,
  );
  addDetailedExitcode(command, 'a drift')
    .addHelpText('after', examples('drift warehouse.yaml', 'drift warehouse.yaml --detailed-exitcode -o json'))
    .action(act<DriftOptions>(runDrift));
}

/** Adds the command. */
export function addExportCommand(program: Command, act: Act): void {
  const command = program
    .command('export')
    .description('Print a live organization, or a part of it, as a spec whose plan is empty. Writes nothing.')
    .addOption(new Option('--kind <kind...>', 'only objects of these kinds').choices(provisionKinds))
    .option('--name <glob>', 'only objects with such a name, such as "EU *"; case-sensitive (repeatable)', collect)
    .option('--set <name>', 'name of the set in the spec')
    .option('--file <file>', 'write it there instead of to standard output', parseText);
  addOrganizationOption(command)
    .addHelpText(
      'after',
      examples('export > organization.yaml', 'export --kind connections models --name "EU *" --file eu.yaml'),
    )
    .action(act<ExportOptions>(runExport));
}

async function runPlan({ session, args, options }: Call<PlanOptions>): Promise<ExitCode> {
  const [{ toSpecInput }, { planSpec, exitCodeOfBlocked }, { planText }] = await Promise.all([
    import('../provision/spec-input.js'),
    import('../provision/read-only.js'),
    import('../provision/plan-text.js'),
  ]);
  const spec = toSpecInput(args, options);
  const planFor = options.destroy ? 'destroy' : 'apply';
  const plan = await planSpec(session, { ...spec, planFor });
  const { print } = session;
  print.value(plan, () => planText(plan, print.colors, planFor));
  const blocked = exitCodeOfBlocked(plan);
  if (blocked !== exitCodes.ok) return errorCode(blocked, options);
  return options.detailedExitcode && !plan.empty ? changesPending : exitCodes.ok;
}

async function runDrift({ session, args, options }: Call<DriftOptions>): Promise<ExitCode> {
  const [{ toSpecInput }, { readProvisioning }, { driftText }] = await Promise.all([
    import('../provision/spec-input.js'),
    import('../provision/read-only.js'),
    import('../provision/plan-text.js'),
  ]);
  const { input, set } = toSpecInput(args, options);
  const found = await readProvisioning(session, 'checkPolytomicDrift', {
    ...{ input: { ...input, ...(options.notify && { notify: options.notify }) }, set },
    summary: `Drift of the set ${toMarkdownText(set)}, for a terminal`,
  });
  const { print } = session;
  print.value(found, () => driftText(found, print.colors));
  return options.detailedExitcode && found.drifted ? changesPending : exitCodes.ok;
}

async function runExport({ session, options }: Call<ExportOptions>): Promise<void> {
  const [{ readProvisioning }, { specText }] = await Promise.all([
    import('../provision/read-only.js'),
    import('../provision/spec-text.js'),
  ]);
  const { organization, kind: kinds, name: names, set, file } = options;
  const input = {
    ...(organization !== undefined && { organization }),
    ...(kinds && { kinds }),
    ...(names && { names }),
    ...(set !== undefined && { set }),
  };
  const exported = await readProvisioning(session, 'exportPolytomic', {
    ...{ input, set: set ?? '' },
    summary: 'Export for a terminal',
  });
  const { print } = session;
  for (const { env, address, path } of exported.secrets) {
    print.note(`${address}: ${path} is a secret; give it to the worker as ${env}`);
  }
  for (const one of exported.incomplete ?? []) {
    print.error(`Polytomic's list of ${one} may be incomplete: there may be more than this export has.`);
  }
  const text = (): string => specText(exported, print.options.output);
  if (file === undefined) return print.value(exported.spec, text);
  await writeFile(file, `${text()}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(exitCodes.usage, `${file} cannot be written (${error.code ?? 'unknown reason'})`);
  });
  print.note(`Wrote ${file}`);
}
