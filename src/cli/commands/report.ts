/** `report WORKFLOW…`: what became of all syncs, as a page, a table, CSV, JSON or a trace. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { parseText } from '../parse-text';
import { formatCount, formatDuration, markOutcome, toCell } from '../style';

interface Options {
  html?: string;
  csv?: string;
  trace?: string;
  uiUrl?: string;
}

/** Adds the command. */
export function addReportCommand(program: Command, act: Act): void {
  program
    .command('report')
    .description('Report what became of every sync of one or several workflows, also while they run.')
    .argument('<workflow...>', 'ids of the workflows; several are shown side by side')
    .option('--html <file>', 'write one page that needs no network', parseText)
    .option('--csv <file>', 'write a line for each sync', parseText)
    .option('--trace <file>', 'write a trace for Perfetto (ui.perfetto.dev)', parseText)
    .option('--ui-url <url>', 'where the Temporal UI is (default: by the address of Temporal)')
    .addHelpText(
      'after',
      examples(
        'report nightly --html report.html',
        'report nightly-2026-11-25 nightly-2026-11-26 --html nights.html',
        'report nightly -o json | jq ".rows[] | select(.outcome == \\"failed\\") | .name"',
      ),
    )
    .action(act<Options>(run));
}

async function run({ session, args, options }: Call<Options>): Promise<void> {
  const [temporal, { readHistory }, { toReport, createUiUrl, durationOf }] = await Promise.all([
    session.temporal(),
    import('../history/read-history.js'),
    import('../report/report-data.js'),
  ]);
  const facts = await Promise.all(args.map((workflowId) => readHistory(temporal, workflowId)));
  const uiUrlOf = createUiUrl(options.uiUrl ?? session.context.env.TEMPORAL_UI_URL, temporal);
  const report = toReport({ facts, uiUrlOf, now: new Date() });
  const { print } = session;
  const write = async (file: string | undefined, content: () => Promise<string>): Promise<void> => {
    if (file === undefined) return;
    await writeFile(file, await content()).catch((error: NodeJS.ErrnoException) => {
      throw new CliError(exitCodes.usage, `${file} cannot be written (${error.code ?? 'unknown reason'})`);
    });
    print.note(`Wrote ${file}`);
  };
  await write(options.html, async () => (await import('../report/html.js')).toHtml(report));
  await write(options.csv, async () => (await import('../report/csv.js')).toCsv(report));
  await write(options.trace, async () => JSON.stringify((await import('../report/trace.js')).toTrace(report)));
  const wroteFile = options.html ?? options.csv ?? options.trace;
  if (print.options.output === 'jsonl') return report.rows.forEach((row) => print.value(row, () => ''));
  if (!print.isText) return print.value(report, () => '');
  if (wroteFile !== undefined) return;
  print.rows(
    report.rows,
    [
      { title: 'Sync', show: (row) => toCell(row.stepId ?? row.name ?? row.syncId, 40) },
      { title: 'Outcome', show: (row) => markOutcome(row.outcome, print.colors) },
      { title: 'Began', show: (row) => print.time(row.startedAt) },
      { title: 'Took', align: 'right', show: (row) => durationText(durationOf(row)) },
      { title: 'Records', align: 'right', show: (row) => formatCount(row.records.total) },
      { title: 'Why', show: (row) => toCell(row.reason ?? row.errors[0] ?? '', 50) },
    ],
    'No sync was started',
  );
}

function durationText(ms: number | null): string {
  return ms === null ? '-' : formatDuration(ms);
}
