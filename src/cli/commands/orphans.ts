/** `orphans`: runs in Polytomic that a terminated workflow left. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { addOrganizationOption, wholeNumber } from '../run/run-options';
import { toCell } from '../style';

interface Options {
  organization?: string;
  since: string;
  limit: number;
}

/** Adds the command. */
export function addOrphansCommand(program: Command, act: Act): void {
  const command = program
    .command('orphans')
    .description(
      'List runs that still go on in Polytomic although their workflow was terminated or timed out by Temporal.',
    )
    .option('--since <duration>', 'workflows that ended within this time', '7d')
    .option('--limit <count>', 'look at most at so many workflows, 0 for all', wholeNumber, 200);
  addOrganizationOption(command)
    .addHelpText('after', examples('orphans', 'orphans --since 1h -o json'))
    .action(act<Options>(run));
}

async function run({ session, options }: Call<Options>): Promise<void> {
  const [{ findOrphans }, { toMilliseconds }, { requireDuration }] = await Promise.all([
    import('../history/find-orphans.js'),
    import('../../rules/duration.js'),
    import('../watch/follow.js'),
  ]);
  const sinceMs = requireDuration(toMilliseconds(options.since), options.since, '--since');
  const temporal = await session.temporalWithWorkers();
  const search = {
    since: new Date(Date.now() - sinceMs),
    limit: options.limit || Infinity,
    organization: options.organization,
  };
  const { orphans, more } = await findOrphans(temporal, search);
  const { print } = session;
  print.rows(
    orphans,
    [
      { title: 'Sync', show: (row) => toCell(row.name ?? row.syncId, 40) },
      { title: 'Kind', show: (row) => row.kind },
      { title: 'Status', show: (row) => toCell(row.status, 20) },
      { title: 'Began', show: (row) => print.time(row.startedAt) },
      { title: 'Execution', show: (row) => row.executionId },
      { title: 'Left by', show: (row) => `${row.workflowId} (${row.state})` },
    ],
    'No run was left behind',
  );
  if (more) print.note(`Only the newest ${options.limit} workflows were looked at; --limit looks at more`);
  if (orphans.length > 0) print.note('Wait for one: temporal-polytomic await EXECUTION --sync SYNC');
}
