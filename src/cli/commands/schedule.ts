/** `schedule …`: run syncs by the clock, by Temporal's schedules. */
import type { ScheduleHandle } from '@temporalio/client';
import { Argument, Option, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import { addVariableOptions } from '../provision/provision-options';
import type { ScheduledWorkFlags } from '../schedules/scheduled-work';
import { parseOverlap, parseTime, addScheduleOptions, requireOrder } from '../schedules/schedule-options';
import { addAdoptCommands } from './schedule-adopt';
import type { OverlapPolicy } from '../schedules/sync-schedule';
import { toCell, toLine } from '../style';

interface NoteOptions {
  notes?: string;
}
interface OverlapOptions {
  overlapPolicy?: OverlapPolicy;
}
interface BackfillOptions extends OverlapOptions {
  startTime: Date;
  endTime: Date;
}

const works = ['model', 'bulk', 'all-model', 'all-bulk', 'pipeline', 'drift'] as const;

/** Adds the commands. */
export function addScheduleCommand(program: Command, act: Act): void {
  const schedule = program
    .command('schedule')
    .description('Run syncs by the clock: create, list, pause, back-fill schedules.')
    .addHelpText(
      'after',
      examples('schedule create nightly all-bulk --cron "0 2 * * *"', 'schedule list', 'schedule show nightly'),
    );
  addCreate(schedule, act);
  addAdoptCommands(schedule, act);
  schedule
    .command('list')
    .description('List the schedules of our workflows.')
    .addHelpText('after', examples('schedule list', 'schedule list -o jsonl'))
    .action(act(list));
  const onSchedule = (name: string, text: string): Command =>
    schedule.command(name).description(text).argument('<schedule>', 'id of the schedule');
  onSchedule('show', 'Show a schedule: its times, what it starts, and what became of its last runs.')
    .addHelpText('after', examples('schedule show nightly'))
    .action(act(show));
  onSchedule('pause', 'Let a schedule fire no more; what runs goes on.')
    .option('--notes <text>', 'why')
    .addHelpText('after', examples('schedule pause nightly --notes "migration"'))
    .action(act<NoteOptions>((call) => steer(call, 'paused', (handle) => handle.pause(call.options.notes))));
  onSchedule('resume', 'Let a paused schedule fire again.')
    .option('--notes <text>', 'why')
    .addHelpText('after', examples('schedule resume nightly'))
    .action(act<NoteOptions>((call) => steer(call, 'resumed', (handle) => handle.unpause(call.options.notes))));
  const overlap = (): Option =>
    new Option('--overlap-policy <policy>', 'when one is under way (default: as the schedule says)').argParser(
      parseOverlap,
    );
  onSchedule('trigger', 'Let a schedule fire now, also a paused one.')
    .addOption(overlap())
    .addHelpText('after', examples('schedule trigger nightly'))
    .action(
      act<OverlapOptions>((call) => steer(call, 'triggered', (handle) => handle.trigger(call.options.overlapPolicy))),
    );
  onSchedule('backfill', 'Start the runs that a schedule would have started between two times.')
    .requiredOption('--start-time <time>', 'from (RFC 3339)', parseTime)
    .requiredOption('--end-time <time>', 'to (RFC 3339)', parseTime)
    .addOption(overlap())
    .addHelpText(
      'after',
      examples('schedule backfill nightly --start-time 2026-11-20T00:00:00Z --end-time 2026-11-23T00:00:00Z'),
    )
    .action(act<BackfillOptions>(backfill));
  onSchedule('delete', 'Delete a schedule; what it started goes on.')
    .addHelpText('after', examples('schedule delete nightly'))
    .action(act((call) => steer(call, 'deleted', (handle) => handle.delete())));
}

function addCreate(schedule: Command, act: Act): void {
  const command = schedule
    .command('create')
    .alias('update')
    .description('Create a schedule, or change the one of this id to be the same; shows the next five times and asks.')
    .argument('<schedule>', 'id of the schedule')
    .addArgument(
      new Argument('<what>', 'one sync, every sync that the filter takes, a pipeline, or a check for drift').choices(
        works,
      ),
    )
    .argument('[target...]', 'name or id of the sync, file of the pipeline, or files of the spec');
  addVariableOptions(addScheduleOptions(command))
    .addHelpText(
      'after',
      examples(
        'schedule create nightly all-bulk --cron "0 2 * * *" --time-zone Europe/Berlin --max-concurrent 20',
        'schedule create crm model "Users to CRM" --interval 1h/15m --pause-on-failure --yes',
        'schedule create drift drift warehouse.yaml --cron "0 6 * * *" --notify data-team',
        'schedule create chain pipeline nightly.yaml --calendar \'{"dayOfWeek":"MONDAY","hour":2}\'',
      ),
    )
    .action(act<ScheduledWorkFlags>(create));
}

async function create({ session, args, options }: Call<ScheduledWorkFlags>): Promise<void> {
  const [scheduleId = '', ...what] = args;
  const { print, taskQueue } = session;
  const [
    { ensureSyncSchedule, previewSyncSchedule },
    { toScheduleOptions },
    { toScheduledWork },
    { checkScheduledWork },
    { toScheduleFields },
    { confirm },
  ] = await Promise.all([
    import('../schedules/index.js'),
    import('../schedules/sync-schedule.js'),
    import('../schedules/scheduled-work.js'),
    import('../schedules/check-work.js'),
    import('../schedules/schedule-options.js'),
    import('../run/confirm.js'),
  ]);
  const fields = toScheduleFields(options);
  // Throws for times that are none, before anything is started.
  toScheduleOptions({ scheduleId, workflow: '', input: {}, ...fields });
  const work = await toScheduledWork(session, what, options);
  const temporal = await session.temporalWithWorkers();
  await checkScheduledWork(temporal, work);
  const wanted = { scheduleId, taskQueue, ...work, ...fields };
  const { client } = temporal;
  const times = await previewSyncSchedule(client.schedule, wanted);
  print.note(`${work.title} (${work.workflow}) next at:`);
  for (const time of times) print.note(`  ${time.toISOString()}`);
  if (work.workflow.startsWith('runAll')) {
    const { previewFanOut, previewText } = await import('../run/preview.js');
    // Also where nobody is asked: what only the worker knows, such as its targets to notify, is checked by it.
    const preview = await previewFanOut(temporal, work.workflow, work.input as Record<string, unknown>);
    if (!options.yes) print.note(previewText(preview));
  }
  await confirm(session, `Create or update the schedule ${scheduleId}?`, options.yes);
  const ensured = await ensureSyncSchedule(client.schedule, wanted);
  const value = { ...ensured, nextTimes: times.map((time) => time.toISOString()) };
  print.value(value, () => `Schedule ${scheduleId} ${ensured.action}`);
}

async function list({ session }: Call<Record<string, never>>): Promise<void> {
  const [{ client }, { listSchedules }] = await Promise.all([
    session.temporal(),
    import('../schedules/read-schedules.js'),
  ]);
  const { print } = session;
  print.rows(
    await listSchedules(client.schedule),
    [
      { title: 'Schedule', show: (row) => toLine(row.scheduleId) },
      { title: 'What', show: (row) => toCell(row.title, 40) },
      { title: 'Workflow', show: (row) => row.workflow },
      { title: 'Next', show: (row) => (row.paused ? print.colors.yellow('paused') : print.time(row.next)) },
      { title: 'Last', show: (row) => print.time(row.last) },
      { title: 'Notes', show: (row) => toCell(row.note ?? '', 40) },
    ],
    'No schedule starts a workflow of ours',
  );
}

async function show({ session, args }: Call<Record<string, never>>): Promise<void> {
  const [scheduleId = ''] = args;
  const [temporal, { showSchedule }, { endWord }] = await Promise.all([
    session.temporal(),
    import('../schedules/read-schedules.js'),
    import('../watch/print-ends.js'),
  ]);
  const { print } = session;
  const shown = await showSchedule(temporal, scheduleId);
  print.value(shown, () => {
    const { title, workflow, paused, note, policies, nextTimes, recent, counts, running, input } = shown;
    return [
      `${toCell(title)} (${workflow})${paused ? print.colors.yellow(', paused') : ''}${note ? `, ${toCell(note)}` : ''}`,
      `  overlap ${policies.overlap}, catch-up window ${policies.catchupWindowMs / 60_000} min${policies.pauseOnFailure ? ', pauses on failure' : ''}`,
      `  input ${toCell(JSON.stringify(input), 200)}`,
      `  fired ${counts.taken} times; skipped ${counts.skippedOverlap} for overlap; missed ${counts.missedCatchupWindow}`,
      ...(nextTimes.length > 0
        ? [
            paused ? '  next, once it is resumed:' : '  next:',
            ...nextTimes.map((time) => `    ${print.time(time)} (${time})`),
          ]
        : [`  next: ${paused ? 'none while it is paused' : 'never'}`]),
      ...(running.length > 0 ? [`  running: ${running.join(', ')}`] : []),
      ...(recent.length > 0
        ? [
            '  last:',
            ...recent.map(({ takenAt, workflowId, workflow }) => {
              const became = workflow?.end ? endWord(workflow.end, print.colors) : (workflow?.status ?? 'unknown');
              return `    ${print.time(takenAt)}  ${became}  ${workflowId ?? ''}`;
            }),
          ]
        : ['  last: never']),
    ].join('\n');
  });
}

async function backfill(call: Call<BackfillOptions>): Promise<void> {
  requireOrder(call.options);
  const { startTime: start, endTime: end, overlapPolicy: overlap } = call.options;
  await steer(call, 'back-filled', (handle) => handle.backfill({ start, end, ...(overlap && { overlap }) }));
}

async function steer(
  { session, args }: Pick<Call<unknown>, 'session' | 'args'>,
  done: string,
  act: (handle: ScheduleHandle) => Promise<void>,
): Promise<void> {
  const [scheduleId = ''] = args;
  const { client } = await session.temporal();
  await act(client.schedule.getHandle(scheduleId));
  session.print.value({ scheduleId, action: done }, () => `Schedule ${scheduleId} ${done}`);
}
