/** `list`: the syncs of an organization with their last outcome. */
import { Option, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { addOrganizationOption, collect, wholeNumber } from '../run/run-options';
import { formatCount, markOutcome, toCell } from '../style';
import type { LastRun } from '../../contracts/inspection';

interface Options {
  organization?: string;
  kind?: 'model' | 'bulk';
  name?: string;
  connection?: string[];
  active?: true;
  limit: number;
  lastRuns: boolean;
}

/** Adds the command. */
export function addListCommand(program: Command, act: Act): void {
  const command = program
    .command('list')
    .description('List the syncs of an organization, each with its last run.')
    .addOption(new Option('--kind <kind>', 'only syncs of this kind').choices(['model', 'bulk']))
    .option('--name <glob>', 'only syncs with such a name, such as "EU *"; case-sensitive')
    .option('--connection <id>', 'only syncs that touch this connection (repeatable)', collect)
    .option('--active', 'only active ones')
    .option('--limit <count>', 'at most so many, 0 for all', wholeNumber, 100)
    .option('--no-last-runs', 'do not read last runs, which takes one request a sync');
  addOrganizationOption(command)
    .addHelpText('after', examples('list', 'list --kind bulk --name "EU *"', 'list --limit 0 --no-last-runs -o jsonl'))
    .action(act<Options>(run));
}

async function run({ session, options }: Call<Options>): Promise<void> {
  const [{ checkWorkflowInput }, { listFirstSyncs, readLastRuns }] = await Promise.all([
    import('../../inputs/check-workflow-input.js'),
    import('../syncs/list-syncs.js'),
  ]);
  const { organization, kind, name, connection, active, limit } = options;
  const filter = {
    active: active ?? null,
    ...(name !== undefined && { name }),
    ...(connection && { connectionIds: connection }),
  };
  const most = limit || Infinity;
  const asked = { filter, ...(organization !== undefined && { organization }) };
  checkWorkflowInput('listPolytomicSyncs', { ...asked, kind: kind ?? 'bulk' });
  const temporal = await session.temporalWithWorkers();
  const request = { ...asked, ...(kind && { kinds: [kind] }) };
  const { syncs, total } = await listFirstSyncs(temporal, request, most);
  const shown = syncs.slice(0, most);
  const runs = options.lastRuns ? await readLastRuns(temporal, shown, organization) : undefined;
  const rows = shown.map((sync, at) => ({ ...sync, ...(runs && { lastRun: runs[at] ?? null }) }));
  const { print } = session;
  const { colors } = print;
  print.rows(
    rows,
    [
      { title: 'Kind', show: (row) => row.kind },
      { title: 'Name', show: (row) => toCell(row.name, 50) + (row.active ? '' : colors.dim(' (inactive)')) },
      ...(runs
        ? [
            { title: 'Last run', show: (row: { lastRun?: LastRun | null }) => lastRunText(row.lastRun, colors) },
            { title: 'Ended', show: (row: { lastRun?: LastRun | null }) => print.time(row.lastRun?.completedAt) },
            {
              title: 'Records',
              align: 'right' as const,
              show: (row: { lastRun?: LastRun | null }) => formatCount(row.lastRun?.records),
            },
          ]
        : []),
      { title: 'Id', show: (row) => row.syncId },
    ],
    'No sync matches',
  );
  if (shown.length < total) print.note(`${formatCount(total - shown.length)} more; --limit 0 lists all of them`);
}

function lastRunText(run: LastRun | null | undefined, colors: Parameters<typeof markOutcome>[1]): string {
  if (!run) return '-';
  if (run.phase !== 'ended') return colors.cyan(`● ${run.status}`);
  const outcomes = { completed: 'completed', partial: 'partiallyFailed', failed: 'failed', canceled: 'canceled' };
  return markOutcome(run.ending && run.ending !== 'unknown' ? outcomes[run.ending] : run.status, colors);
}
