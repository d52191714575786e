/** `cancel`, `pause`, `resume`, `skip`, `concurrency`: steer a workflow that is under way. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import type { ExitCode } from '../exit-codes';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { wholeNumberIn } from '../run/run-options';
import { quote } from '../shell-word';

interface CancelOptions {
  detach?: true;
}

/** Adds the commands. */
export function addControlCommands(program: Command, act: Act): void {
  const onWorkflow = (name: string, text: string): Command =>
    program.command(name).description(text).argument('<workflow>', 'id of the workflow');
  onWorkflow('cancel', 'Cancel a workflow and the runs that it started, and wait until they have ended.')
    .option('--detach', 'only ask for it')
    .addHelpText('after', examples('cancel runBulkSync-lake-20261126-184500-1f2e'))
    .action(act<CancelOptions>(cancel));
  onWorkflow('pause', 'Start no more syncs of a fan-out or pipeline; those that run may end.')
    .addHelpText('after', examples('pause nightly'))
    .action(act((call) => update(call, 'pause', [], 'paused: what runs may end, nothing is started')));
  onWorkflow('resume', 'Go on after `pause`.')
    .addHelpText('after', examples('resume nightly'))
    .action(act((call) => update(call, 'resume', [], 'goes on')));
  onWorkflow('skip', 'Take out a sync of a fan-out (or a step of a pipeline) that has not started.')
    .argument('<sync-or-step>', 'id or name of the sync; in a pipeline, the step')
    .addHelpText('after', examples('skip nightly "Users to CRM"', 'skip nightly load'))
    .action(act(skip));
  onWorkflow('concurrency', 'Change how many syncs of a fan-out or pipeline run at the same time.')
    .argument('<count>', 'from 1 to 1,000', wholeNumberIn(1, 1_000))
    .addHelpText('after', examples('concurrency nightly 50'))
    .action(
      act((call) => {
        const count = Number(call.args[1]);
        return update(call, 'setConcurrency', [count], `runs ${count} syncs at the same time`);
      }),
    );
}

async function cancel({ session, args, options }: Call<CancelOptions>): Promise<ExitCode> {
  const [workflowId = ''] = args;
  const [temporal, { findWorkflow }, { followWorkflows }] = await Promise.all([
    session.temporal(),
    import('../run/await-target.js'),
    import('../watch/follow.js'),
  ]);
  const found = await findWorkflow(temporal, workflowId);
  if (!found) throw noWorkflow(workflowId);
  await found.handle.cancel();
  if (options.detach) {
    session.print.value({ workflowId, update: 'cancel', result: null }, () => `${workflowId} is asked to cancel`);
    return exitCodes.ok;
  }
  return followWorkflows(session, temporal, [found], { onInterrupt: 'leave', isCancelWanted: true });
}

async function skip(call: Call<Record<string, never>>): Promise<void> {
  const [workflowId = '', asked = ''] = call.args;
  const { session } = call;
  const [temporal, { isUuid, normalizeId }, { listAllSyncs }, { resolveSync }] = await Promise.all([
    session.temporalWithWorkers(),
    import('../../rules/ids.js'),
    import('../syncs/list-syncs.js'),
    import('../syncs/resolve-syncs.js'),
  ]);
  const { type } = await temporal.client.workflow.getHandle(workflowId).describe();
  const kind = type === 'runAllModelSyncs' ? 'model' : type === 'runAllBulkSyncs' ? 'bulk' : undefined;
  const id =
    kind === undefined || isUuid(asked)
      ? normalizeId(asked)
      : resolveSync(asked, await listAllSyncs(temporal, { kinds: [kind] })).syncId;
  return update(call, 'skip', [id], `skips ${asked}`);
}

async function update(
  { session, args }: Pick<Call<unknown>, 'session' | 'args'>,
  name: string,
  updateArgs: [] | [unknown],
  done: string,
): Promise<void> {
  const [workflowId = ''] = args;
  const temporal = await session.temporalWithWorkers();
  const handle = temporal.client.workflow.getHandle(workflowId);
  const updating =
    updateArgs.length === 0
      ? handle.executeUpdate<unknown, []>(name)
      : handle.executeUpdate<unknown, [unknown]>(name, { args: updateArgs });
  const result = await updating.catch((error: unknown) => {
    const { cause } = error as { cause?: Error };
    if (!/^No registered handler/.test(cause?.message ?? '')) throw error;
    const message = `${workflowId} takes no ${JSON.stringify(name)}: only fan-outs and pipelines are steered`;
    throw new CliError(exitCodes.usage, message, `Cancel it instead: temporal-polytomic cancel ${quote(workflowId)}`);
  });
  session.print.value({ workflowId, update: name, result }, () => `${workflowId} ${done}`);
}

function noWorkflow(workflowId: string): CliError {
  const message = `No workflow ${JSON.stringify(workflowId)}`;
  return new CliError(exitCodes.usage, message, 'List what is under way: temporal-polytomic status');
}
