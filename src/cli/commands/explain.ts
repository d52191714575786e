/** `explain WORKFLOW`: what happened, in words, from the workflow's history. */
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { toCell } from '../style';

/** Adds the command. */
export function addExplainCommand(program: Command, act: Act): void {
  program
    .command('explain')
    .description(
      'Say in words what happened in a workflow: what was retried and why, what was asked of it, how it ended.',
    )
    .argument('<workflow>', 'id of the workflow')
    .addHelpText('after', examples('explain runBulkSync-lake-20261126-184500-1f2e', 'explain nightly -o jsonl'))
    .action(act(run));
}

async function run({ session, args }: Call<Record<string, never>>): Promise<void> {
  const [workflowId = ''] = args;
  const [temporal, { readHistory }, { explain }] = await Promise.all([
    session.temporal(),
    import('../history/read-history.js'),
    import('../explain/explain.js'),
  ]);
  const facts = await readHistory(temporal, workflowId);
  const happenings = explain(facts);
  const { print } = session;
  if (!print.isText) return print.rows(happenings, [], '');
  // One after the other they are read by the clock, not by how long ago they were.
  const timeOf = (at: string): string => (print.options.timeFormat === 'relative' ? at.slice(11, 19) : print.time(at));
  print.value(null, () =>
    happenings
      .map(({ at, level, text }) => {
        const plain = toCell(text, 2_000);
        return `${timeOf(at)}  ${level === 'trouble' ? print.colors.yellow(plain) : plain}`;
      })
      .join('\n'),
  );
}
