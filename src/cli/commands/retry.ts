/** `retry WORKFLOW`: runs again only what did not succeed, as the workflow's own history says. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { exitCodes, type ExitCode } from '../exit-codes';
import { addFollowOptions, type FollowFlags } from '../run/run-options';

/** Adds the command. */
export function addRetryCommand(program: Command, act: Act): void {
  const command = program
    .command('retry')
    .description('Run again only what did not succeed: failed syncs, failed schemas, or steps and those behind them.')
    .argument('<workflow>', 'id of a workflow that is over');
  addFollowOptions(command)
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
    session.print.note(`${workflowId}: everything succeeded; there is nothing to run again`);
    return exitCodes.ok;
  }
  session.print.note(`Running again: ${plan.what}`);
  const title = plan.title.replace(/( \(again\))?$/, ' (again)');
  const request = { ...plan, title, summary: `Run again what did not succeed in ${workflowId}` };
  return launch(
    session,
    temporal,
    [{ ...request, ...(options.workflowId && { workflowId: options.workflowId }) }],
    options,
  );
}
