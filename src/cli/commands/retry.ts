/** `retry WORKFLOW`: runs again only what did not succeed, as the workflow's own history says. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { CliError } from '../cli-error';
import { toMarkdownText } from '../../rules/markdown';
import { exitCodes, type ExitCode } from '../exit-codes';
import { summarizeStart } from '../run/describe-start';
import { addFailFastOption, addFollowOptions, type FollowFlags } from '../run/run-options';
import { fanOutTypes } from '../workflow-types';

/** Adds the command. */
export function addRetryCommand(program: Command, act: Act): void {
  const command = program
    .command('retry')
    .description('Run again only what did not succeed: failed syncs, failed schemas, or steps and those behind them.')
    .argument('<workflow>', 'id of a workflow that is over');
  addFailFastOption(addFollowOptions(command))
    .addHelpText('after', examples('retry nightly-2026-11-26', 'retry nightly-2026-11-26 --detach'))
    .action(act<FollowFlags>(run));
}

async function run({ session, args, options }: Call<FollowFlags>): Promise<ExitCode> {
  const [workflowId = ''] = args;
  const [temporal, { readHistory }, { planRetry }, { launch }] = await Promise.all([
    session.temporalWithWorkers(),
    import('../history/read-history.js'),
    import('../history/plan-retry.js'),
    import('../run/launch.js'),
  ]);
  const plan = planRetry(await readHistory(temporal, workflowId));
  if (plan === null) {
    const nothing = `${workflowId}: everything succeeded; there is nothing to run again`;
    if (session.print.isText) session.print.note(nothing);
    else session.print.value(null, () => nothing);
    return exitCodes.ok;
  }
  session.print.note(`Running again: ${plan.what}`);
  const title = plan.title.replace(/( \(again\))?$/, ' (again)');
  if (options.failFast && plan.workflow === 'runSyncPipeline') {
    throw new CliError(
      exitCodes.usage,
      '--fail-fast: a pipeline has none; steps that come after a failed one are skipped',
    );
  }
  const failFast = options.failFast && fanOutTypes.includes(plan.workflow) && { failurePolicy: 'cancelRest' };
  const input = { ...plan.input, ...failFast };
  const request = {
    ...plan,
    input,
    title,
    summary: `Run ${summarizeStart(plan)} again: what did not succeed in ${toMarkdownText(workflowId)}`,
  };
  return launch(
    session,
    temporal,
    [{ ...request, ...(options.workflowId && { workflowId: options.workflowId }) }],
    options,
  );
}
