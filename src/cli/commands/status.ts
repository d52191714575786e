/** `status`: what is under way. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { wholeNumber } from '../run/run-options';
import { toCell, toLine } from '../style';

interface Options {
  limit: number;
}

/** Adds the command. */
export function addStatusCommand(program: Command, act: Act): void {
  program
    .command('status')
    .description('List the workflows that are running or waiting for syncs now, and where each stands.')
    .option('--limit <count>', 'at most so many, newest first, 0 for all', wholeNumber, 50)
    .addHelpText('after', examples('status', 'status -o json'))
    .action(act<Options>(run));
}

async function run({ session, options }: Call<Options>): Promise<void> {
  const [temporal, { listOpenRuns }] = await Promise.all([session.temporal(), import('../run/open-runs.js')]);
  const { print } = session;
  const rows = await listOpenRuns(temporal, options.limit || Infinity);
  print.rows(
    rows,
    [
      { title: 'Started', show: (row) => print.time(row.startedAt) },
      { title: 'What', show: (row) => toCell(row.title, 40) },
      { title: 'State', show: (row) => toCell(row.state, 100) },
      { title: 'Workflow', show: (row) => toLine(row.workflowId) },
    ],
    'Nothing is under way',
  );
  if (options.limit > 0 && rows.length === options.limit) print.note('There may be more; --limit shows them');
}
