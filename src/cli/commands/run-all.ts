/** `run-all model|bulk`: runs every sync that a filter takes, after a preview. */
import { Argument, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { exitCodes, type ExitCode } from '../exit-codes';
import { toMarkdownText } from '../../rules/markdown';
import { addFanOutOptions, toFanOutInput, type FanOutOptions } from '../run/fan-out-options';
import { addFailFastOption, addFollowOptions, addRunOptions, type FollowFlags } from '../run/run-options';

interface Options extends FanOutOptions, FollowFlags {
  dryRun?: true;
  yes?: true;
}

/** The workflow that runs all syncs of a kind. */
export const fanOutWorkflows: Readonly<Record<string, string>> = { model: 'runAllModelSyncs', bulk: 'runAllBulkSyncs' };

/** Adds the command. */
export function addRunAllCommand(program: Command, act: Act): void {
  const command = program
    .command('run-all')
    .description('Run every sync that a filter takes, so many at a time, after a preview.')
    .addArgument(new Argument('<kind>', 'kind of the syncs').choices(['model', 'bulk']))
    .option('--dry-run', 'only preview: what would run, and what it would cost')
    .option('-y, --yes', 'do not ask');
  addFailFastOption(addFollowOptions(addRunOptions(addFanOutOptions(command))))
    .addHelpText(
      'after',
      examples(
        'run-all bulk --dry-run',
        'run-all bulk --name "EU *" --max-concurrent 50 --yes',
        'run-all model --mode append --target-connection 5c0ffee5-0000-4000-8000-000000000002 --max-warnings 0',
        'run-all model --failure-policy stopStarting --timeout-per-sync 2h',
      ),
    )
    .action(act<Options>(run));
}

async function run({ session, args, options }: Call<Options>): Promise<ExitCode> {
  const [kind = ''] = args;
  const workflow = fanOutWorkflows[kind] ?? '';
  const input = { ...(options.failFast && { failurePolicy: 'cancelRest' }), ...toFanOutInput(options) };
  const [{ checkWorkflowInput }, { previewFanOut, previewText }, { launch }, { confirm }] = await Promise.all([
    import('../../inputs/check-workflow-input.js'),
    import('../run/preview.js'),
    import('../run/launch.js'),
    import('../run/confirm.js'),
  ]);
  checkWorkflowInput(workflow, input);
  const temporal = await session.temporalWithWorkers();
  const preview = options.dryRun || !options.yes ? await previewFanOut(temporal, workflow, input) : undefined;
  if (options.dryRun && preview) {
    session.print.value(preview, () => previewText(preview));
    // What names syncs that there are not would fail, too.
    return preview.failed > 0 ? exitCodes.failed : exitCodes.ok;
  }
  if (preview) {
    session.print.note(previewText(preview));
    await confirm(session, 'Run them?', options.yes);
  }
  const title = `all ${kind} syncs${options.name === undefined ? '' : ` named ${options.name}`}`;
  const request = {
    workflow,
    input,
    title,
    summary: `Run ${toMarkdownText(title)}`,
    ...(options.workflowId && { workflowId: options.workflowId }),
  };
  return launch(session, temporal, [request], options);
}
