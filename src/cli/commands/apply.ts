/** `apply`, `destroy`: bring the objects of a spec about, and delete them again. */
import { Option, type Command } from 'commander';
import type { ProvisionApprove } from '../../contracts/provision';
import { toMarkdownText } from '../../rules/markdown';
import { examples, type Act, type Call } from '../act';
import type { ExitCode } from '../exit-codes';
import {
  addApplyPlanOptions,
  addDestroyPlanOptions,
  addSpecOptions,
  type ApplyPlanFlags,
  type DestroyPlanFlags,
  type SpecFlags,
} from '../provision/provision-options';
import type { PlanFor } from '../provision/plan-text';
import { addFollowOptions, collect, wholeNumber, type FollowFlags } from '../run/run-options';

interface WriteOptions extends SpecFlags, FollowFlags {
  yes?: true;
  planHash?: string;
  approve?: ProvisionApprove;
  approvalTimeout?: string;
  timeout?: string;
  notify?: string[];
}

interface ApplyOptions extends WriteOptions, ApplyPlanFlags {
  /** True unless `--no-rollback`. */
  rollback: boolean;
  maxConcurrent?: number;
}

interface DestroyOptions extends WriteOptions, DestroyPlanFlags {}

/** Adds the command. */
export function addApplyCommand(program: Command, act: Act): void {
  const command = program
    .command('apply')
    .description('Bring the objects of a spec about, each exactly once; shows the plan and asks first.');
  addWriteOptions(addApplyPlanOptions(addSpecOptions(command)))
    .option('--no-rollback', 'keep what was created where the apply fails or is canceled')
    .option('--max-concurrent <count>', 'objects worked on at the same time, 1 to 50 (default: 10)', wholeNumber)
    .addHelpText(
      'after',
      examples(
        'apply warehouse.yaml',
        'apply warehouse.yaml --yes -o json',
        'apply warehouse.yaml --plan-hash HASH       # that very plan, or nothing',
        'apply warehouse.yaml --approve destructive --yes   # another person approves what deletes',
      ),
    )
    .action(act<ApplyOptions>(runApply));
}

/** Adds the command. */
export function addDestroyCommand(program: Command, act: Act): void {
  const command = program
    .command('destroy')
    .description('Delete what a spec names and we made; shows what goes and asks first.');
  addWriteOptions(addDestroyPlanOptions(addSpecOptions(command)))
    .addHelpText('after', examples('destroy warehouse.yaml', 'destroy warehouse.yaml --yes'))
    .action(act<DestroyOptions>((call) => write(call, { planFor: 'destroy', more: {} })));
}

function addWriteOptions(command: Command): Command {
  command
    .option('-y, --yes', 'do not ask')
    .option('--plan-hash <hash>', 'do the plan of this hash, or nothing; it is not asked about again')
    .addOption(
      new Option(
        '--approve <when>',
        'before the first write, wait for `temporal-polytomic approve`: never, for what deletes or replaces, always (default: never)',
      ).choices(['never', 'destructive', 'always']),
    )
    .option('--approval-timeout <duration>', 'how long to wait for it (default: 24 hours)')
    .option('--timeout <duration>', 'of the whole workflow, such as 2h or PT2H (default: 7 days)')
    .option('--notify <target>', 'target of the worker to notify (repeatable)', collect);
  return addFollowOptions(command);
}

function runApply(call: Call<ApplyOptions>): Promise<ExitCode> {
  const { rollback, maxConcurrent } = call.options;
  const more = { ...(!rollback && { rollback }), ...(maxConcurrent !== undefined && { maxConcurrent }) };
  return write(call, { planFor: 'apply', more });
}

const workflows: Readonly<Record<PlanFor, string>> = {
  apply: 'provisionPolytomic',
  destroy: 'deprovisionPolytomic',
};

/** Whoever was shown a plan gets that plan or `polytomic.PlanChanged`: its hash is a part of the input. */
async function write(
  { session, args, options }: Call<WriteOptions & ApplyPlanFlags & DestroyPlanFlags>,
  { planFor, more }: { planFor: PlanFor; more: object },
): Promise<ExitCode> {
  const [{ checkWorkflowInput }, { toSpecInput }, { agreeTo }, { launch }] = await Promise.all([
    import('../../inputs/check-workflow-input.js'),
    import('../provision/spec-input.js'),
    import('../provision/agree-to.js'),
    import('../run/launch.js'),
  ]);
  const { input, set } = toSpecInput(args, options);
  const { yes, approve, approvalTimeout, timeout, notify, workflowId } = options;
  const workflow = workflows[planFor];
  const asked = {
    ...more,
    ...(approve !== undefined && { approve }),
    ...(approvalTimeout !== undefined && { approvalTimeout }),
    ...(timeout !== undefined && { timeout }),
    ...(notify && { notify }),
    ...input,
    ...(options.planHash !== undefined && { planHash: options.planHash }),
  };
  checkWorkflowInput(workflow, asked);
  const temporal = await session.temporalWithWorkers();
  const isAgreed = yes || options.planHash !== undefined;
  const agreed = isAgreed ? {} : { planHash: await agreeTo(session, { input, set, planFor }) };
  const title = `${planFor} ${set}`;
  const request = {
    workflow,
    input: { ...asked, ...agreed },
    title,
    summary: `${planFor === 'apply' ? 'Apply' : 'Destroy'} the set ${toMarkdownText(set)}`,
    ...(workflowId && { workflowId }),
  };
  return launch(session, temporal, [request], options);
}
