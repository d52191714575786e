/** `approve WORKFLOW`: agrees to the plan that an apply or destroy waits with. */
import type { Command } from 'commander';
import { approveUpdateName } from '../../contracts/names';
import type { ProvisionApproval } from '../../contracts/provision';
import { examples, type Act, type Call } from '../act';
import { quote } from '../shell-word';

interface Options {
  yes?: true;
  planHash?: string;
  by?: string;
}

/** Adds the command. */
export function addApproveCommand(program: Command, act: Act): void {
  program
    .command('approve')
    .description('Agree to the plan that an apply or destroy waits with (`--approve`); shows the plan and asks first.')
    .argument('<workflow>', 'id of the workflow')
    .option('-y, --yes', 'do not ask: approve the plan that waits')
    .option('--plan-hash <hash>', 'approve the plan of this hash, or nothing; it is not asked about again')
    .option('--by <name>', 'who approves; recorded (default: user and machine)')
    .addHelpText(
      'after',
      examples(
        'approve provisionPolytomic-apply-warehouse-20261126-184500-1f2e',
        'approve nightly-apply --plan-hash HASH --by release-manager',
      ),
    )
    .action(act<Options>(run));
}

async function run({ session, args, options }: Call<Options>): Promise<void> {
  const [workflowId = ''] = args;
  const [temporal, { readAwaitedHash, readAwaitedPlan }, { planText }, { confirm }, { identityOf }] = await Promise.all(
    [
      session.temporalWithWorkers(),
      import('../provision/awaited-plan.js'),
      import('../provision/plan-text.js'),
      import('../run/confirm.js'),
      import('../connect.js'),
    ],
  );
  const { print } = session;
  const waiting = await readAwaitedHash(temporal, workflowId);
  if (options.planHash === undefined && !options.yes) {
    const { plan, planFor } = await readAwaitedPlan(session, workflowId, waiting);
    print.note(planText(plan, print.wordColors, planFor));
    await confirm(session, 'Approve this plan?', undefined);
  }
  const approval: ProvisionApproval = {
    planHash: options.planHash ?? waiting,
    by: options.by ?? identityOf(session.options),
  };
  const handle = temporal.client.workflow.getHandle(workflowId);
  await handle.executeUpdate<void, [ProvisionApproval]>(approveUpdateName, { args: [approval] });
  print.value({ workflowId, update: approveUpdateName, ...approval }, () => `${workflowId} goes on: plan approved`);
  print.note(`Follow it: temporal-polytomic await ${quote(workflowId)}`);
}
