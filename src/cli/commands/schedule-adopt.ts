/** `schedule adopt` and `schedule release`: Temporal's schedule instead of Polytomic's own, and back. */
import { Argument, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import type { AdoptedSync } from '../schedules/adopt';
import { addTimeOptions, toScheduleFields, type ScheduleFlags } from '../schedules/schedule-options';
import { addRunOptions, readInputOption, toRunInput } from '../run/run-options';
import { runWorkflowType } from '../workflow-types';

/** Adds both. */
export function addAdoptCommands(schedule: Command, act: Act): void {
  const adopt = schedule
    .command('adopt')
    .description(
      "Let Temporal start a sync instead of Polytomic's own schedule, which is set to manual and remembered; asks first.",
    )
    .argument('<schedule>', 'id of the schedule of Temporal')
    .addArgument(new Argument('<kind>', 'kind of the sync').choices(['model', 'bulk']))
    .argument('<name-or-id>', 'name or id of the sync');
  addRunOptions(addTimeOptions(adopt))
    .addHelpText(
      'after',
      examples(
        'schedule adopt lake bulk "Warehouse to lake"             # at the times that Polytomic had',
        'schedule adopt crm model "Users to CRM" --interval 1h --yes',
      ),
    )
    .action(act<ScheduleFlags>(runAdopt));
  schedule
    .command('release')
    .description("Give a sync back to Polytomic's own schedule, as it was, and delete the one of Temporal; asks first.")
    .argument('<schedule>', 'id of an adopted schedule')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('schedule release lake'))
    .action(act<Pick<ScheduleFlags, 'yes'>>(runRelease));
}

async function runAdopt({ session, args, options }: Call<ScheduleFlags>): Promise<void> {
  const [scheduleId = '', kindName, asked = ''] = args;
  const kind = kindName === 'model' ? 'model' : 'bulk';
  const { organization, input, yes } = options;
  const [
    { checkWorkflowInput },
    { placeholderId },
    { planAdoption, adoptSyncSchedule },
    { previewSyncSchedule },
    { checkScheduledWork },
    { findSyncs },
    { confirm },
    words,
  ] = await Promise.all([
    import('../../inputs/check-workflow-input.js'),
    import('../syncs/placeholder-id.js'),
    import('../schedules/adopt.js'),
    import('../schedules/index.js'),
    import('../schedules/check-work.js'),
    import('../syncs/find-syncs.js'),
    import('../run/confirm.js'),
    import('../schedules/own-times.js'),
  ]);
  const fields = toScheduleFields(options);
  const given = { ...toRunInput(options), ...readInputOption(input) };
  checkWorkflowInput(runWorkflowType(kind), { syncId: placeholderId, ...given });
  const temporal = await session.temporalWithWorkers();
  const { client } = temporal;
  const [sync] = await findSyncs(temporal, { asked: [asked], kinds: [kind], organization });
  const wanted: AdoptedSync = {
    ...fields,
    scheduleId,
    taskQueue: session.taskQueue,
    kind,
    syncId: sync?.syncId ?? asked,
    ...(organization !== undefined && { organization }),
    input: given,
  };
  const { print } = session;
  const planned = await planAdoption(client, wanted);
  await checkScheduledWork(temporal, planned.schedule);
  print.note(`Polytomic has: ${words.ownScheduleText(planned.before)}. It is set to manual. Next at:`);
  const times = await previewSyncSchedule(client.schedule, planned.schedule);
  for (const time of times) print.note(`  ${time.toISOString()}`);
  await confirm(session, `Let Temporal start ${planned.name || asked}?`, yes);
  const adopted = await adoptSyncSchedule(client, wanted);
  print.value(adopted, () => `Schedule ${scheduleId} ${adopted.action}: Temporal starts ${planned.name || asked}`);
}

async function runRelease({ session, args, options }: Call<Pick<ScheduleFlags, 'yes'>>): Promise<void> {
  const [scheduleId = ''] = args;
  const [{ client }, { releaseSyncSchedule }, { confirm }, { ownScheduleText }] = await Promise.all([
    session.temporalWithWorkers(),
    import('../schedules/adopt.js'),
    import('../run/confirm.js'),
    import('../schedules/own-times.js'),
  ]);
  await confirm(session, `Give the sync of schedule ${scheduleId} back to Polytomic?`, options.yes);
  const released = await releaseSyncSchedule(client, scheduleId);
  const { kind, syncId, restored } = released;
  session.print.value(
    released,
    () => `Schedule ${scheduleId} released: ${kind} sync ${syncId} is ${ownScheduleText(restored)}`,
  );
}
