/** `run model|bulk NAME-OR-ID…`: runs syncs and ends as they do. */
import { Argument, Option, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import {
  addFailFastOption,
  addFollowOptions,
  addRunOptions,
  collect,
  readInputOption,
  toRunInput,
  type FollowFlags,
  type RunOptions,
} from '../run/run-options';
import type { SyncKind } from '../../contracts/sync-kind';
import { summarizeSync } from '../../rules/sync-names';
import { runWorkflowType } from '../workflow-types';

interface Options extends RunOptions, FollowFlags {
  resync?: true;
  resyncMode?: string;
  fetchMode?: string;
  test?: true;
  schema?: string[];
}

/** Adds the command. */
export function addRunCommand(program: Command, act: Act): void {
  const command = program
    .command('run')
    .description('Run syncs, each by a workflow of its own, and end as they do.')
    .addArgument(new Argument('<kind>', 'kind of the syncs').choices(['model', 'bulk']))
    .argument('<name-or-id...>', 'names or ids of the syncs')
    .option('--resync', 'model: a full resync')
    .addOption(new Option('--resync-mode <mode>', 'bulk: full refresh').choices(['refetch', 'resync', 'rebuild']))
    .addOption(new Option('--fetch-mode <mode>', 'bulk: Salesforce only').choices(['none', 'incremental', 'full']))
    .option('--schema <id>', 'bulk: only this schema (repeatable)', collect)
    .option('--test', 'a test run');
  addFailFastOption(addFollowOptions(addRunOptions(command)))
    .addHelpText(
      'after',
      examples(
        'run bulk "Warehouse to lake"',
        'run model "Users to CRM" --timeout 2h --max-error-records 100',
        'run bulk lake --schema public.users --retry-failed-schemas 2',
        'run bulk lake --retry 3 --retry-delay 10m --retry-on failed --retry-on timedOut --timeout-per-attempt 2h',
        'run model "Users to CRM" --check-connections --min-records-ratio 0.5 --stalled-after 30m --on-stalled restart',
        'run bulk lake --workflow-id "lake-$(date +%F)"   # while it is open, a second call follows it',
      ),
    )
    .action(act<Options>(run));
}

async function run({ session, args, options }: Call<Options>): Promise<ExitCode> {
  const [kindName, ...asked] = args;
  const kind = kindName as SyncKind;
  refuseOptionsOfOthers(kind, options);
  const [{ checkWorkflowInput }, { placeholderId }, { findSyncs }, { launch }] = await Promise.all([
    import('../../inputs/check-workflow-input.js'),
    import('../syncs/placeholder-id.js'),
    import('../syncs/find-syncs.js'),
    import('../run/launch.js'),
  ]);
  const workflow = runWorkflowType(kind);
  const start = toStart(options);
  const shared = { ...toRunInput(options), ...(Object.keys(start).length > 0 && { start }) };
  const more = readInputOption(options.input);
  checkWorkflowInput(workflow, { syncId: placeholderId, ...shared, ...more });
  const temporal = await session.temporalWithWorkers();
  const syncs = await findSyncs(temporal, { asked, kinds: [kind], organization: options.organization });
  const requests = syncs.map((sync, at) => ({
    workflow,
    input: { syncId: sync.syncId, ...shared, ...more },
    title: sync.name || sync.syncId,
    summary: `Run the ${summarizeSync(sync)}`,
    ...(options.workflowId && { workflowId: at === 0 ? options.workflowId : `${options.workflowId}-${at + 1}` }),
  }));
  return launch(session, temporal, requests, options);
}

/** Options that mean something for one kind alone; left out silently, another run than the wanted one would pass for it. */
const optionsOf = {
  model: { resync: '--resync' },
  bulk: { resyncMode: '--resync-mode', fetchMode: '--fetch-mode', schema: '--schema' },
} as const satisfies Record<SyncKind, Partial<Record<keyof Options, string>>>;

/** @throws CliError that names all of them */
function refuseOptionsOfOthers(kind: SyncKind, options: Options): void {
  const other = kind === 'model' ? 'bulk' : 'model';
  const given = Object.entries(optionsOf[other]).flatMap(([name, flag]) =>
    options[name as keyof Options] === undefined ? [] : flag,
  );
  if (given.length === 0) return;
  const message = `${given.join(', ')}: for ${other} syncs only`;
  const nextStep = given.includes('--resync') ? 'Of a bulk sync, ask for --resync-mode' : undefined;
  throw new CliError(exitCodes.usage, message, nextStep);
}

function toStart({ resync, resyncMode, fetchMode, test, schema }: Options): Record<string, unknown> {
  return {
    ...(resync && { resync }),
    ...(schema && { schemas: schema }),
    ...(resyncMode && { resyncMode }),
    ...(fetchMode && { fetchMode }),
    ...(test && { test }),
  };
}
