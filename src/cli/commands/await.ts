/** `await WORKFLOW|SYNC|EXECUTION`: waits for what is under way, whoever started it, or says how it ended. */
import { Option, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import type { ExitCode } from '../exit-codes';
import { addOrganizationOption } from '../run/run-options';

interface Options {
  organization?: string;
  sync?: string;
  kind?: 'model' | 'bulk';
  completedAfter?: string;
  caughtUpWithin?: string;
  timeout?: string;
  onInterrupt: 'leave' | 'cancel';
}

/** Adds the command. */
export function addAwaitCommand(program: Command, act: Act): void {
  const command = program
    .command('await')
    .description('Wait for a workflow, the next run of a sync, or one execution; end as it does, also when it is over.')
    .argument('<workflow|sync|execution>', 'id of a workflow, name or id of a sync, or id of an execution with --sync')
    .option('--sync <name-or-id>', 'the sync that the execution belongs to')
    .addOption(
      new Option('--kind <kind>', 'kind of the sync, where both have one of this name').choices(['model', 'bulk']),
    )
    .option('--completed-after <time>', 'the first run that completed after this time (RFC 3339), perhaps already')
    .option(
      '--caught-up-within <duration>',
      'bulk: until the ingestion (CDC) is no farther behind, such as 5m; awaits no run',
    )
    .option('--timeout <duration>', 'longest time to wait, such as 2h or PT2H; what runs goes on')
    .addOption(
      new Option('--on-interrupt <what>', 'what Ctrl-C does to the workflow')
        .choices(['leave', 'cancel'])
        .default('leave'),
    );
  addOrganizationOption(command)
    .addHelpText(
      'after',
      examples(
        'await runBulkSync-lake-20261126-184500-1f2e',
        'await "Users to CRM" --timeout 2h           # the next run that ends',
        'await "Orders to lake" --caught-up-within 5m --timeout 1h',
        'await 5c0ffee5-0000-4000-8000-000000000009 --sync lake',
      ),
    )
    .action(act<Options>(run));
}

async function run({ session, args, options }: Call<Options>): Promise<ExitCode> {
  const [asked = ''] = args;
  const [{ awaitTarget, checkAwaitTarget }, { followWorkflows, requireDuration }, { toMilliseconds }] =
    await Promise.all([
      import('../run/await-target.js'),
      import('../watch/follow.js'),
      import('../../rules/duration.js'),
    ]);
  const { timeout, onInterrupt, caughtUpWithin: within } = options;
  if (within !== undefined) requireDuration(toMilliseconds(within), within, '--caught-up-within');
  const ms = timeout === undefined ? undefined : requireDuration(toMilliseconds(timeout), timeout, '--timeout');
  const target = { asked, ...options };
  checkAwaitTarget(target);
  const temporal = await session.temporal();
  const { followed, isOwnWait } = await awaitTarget(session, temporal, target);
  const timeoutMs = ms === undefined ? {} : { timeoutMs: isOwnWait ? ms + endMs : ms };
  return followWorkflows(session, temporal, [followed], { onInterrupt, ...timeoutMs });
}

/** How long a wait whose time has passed may take to end; where no worker answers it never does. */
const endMs = 15_000;
