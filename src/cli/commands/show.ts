/** `show WORKFLOW`: one workflow, under way or over. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { toCell } from '../style';

/** Adds the command. */
export function addShowCommand(program: Command, act: Act): void {
  program
    .command('show')
    .description('Show one workflow: where it stands, or its result.')
    .argument('<workflow>', 'id of the workflow')
    .addHelpText('after', examples('show runBulkSync-lake-20261126-184500-1f2e', 'show nightly -o json'))
    .action(act(run));
}

async function run({ session, args }: Call<Record<string, never>>): Promise<void> {
  const [workflowId = ''] = args;
  const [temporal, { showWorkflow }, { endText }, { liveTable }] = await Promise.all([
    session.temporal(),
    import('../run/show-workflow.js'),
    import('../watch/print-ends.js'),
    import('../watch/live-table.js'),
  ]);
  const shown = await showWorkflow(temporal, workflowId);
  const { print } = session;
  print.value(shown, () => {
    const { title, workflow, status, startedAt, closedAt, end, progress } = shown;
    const head = [
      `${toCell(title)} (${workflow}, workflow ${workflowId})`,
      `  ${status}, started ${print.time(startedAt)}${closedAt ? `, ended ${print.time(closedAt)}` : ''}`,
    ];
    if (end) return [...head, endText({ handle: { workflowId }, title, end }, print)].join('\n');
    const frame = { columns: 120, rows: 60, now: Date.now(), colors: print.colors };
    const known = { workflowId, title, startedAt: Date.parse(startedAt), ...progress };
    return [...head, ...liveTable([known], frame)].join('\n');
  });
}
