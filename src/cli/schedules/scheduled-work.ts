/** What a schedule starts: the words of `schedule create` as a workflow and its input. */
import { checkWorkflowInput } from '../../inputs/check-workflow-input';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { toFanOutInput } from '../run/fan-out-options';
import { checkPipeline, readPipeline, withSyncIds } from '../run/pipeline-file';
import { readInputOption, toRunInput } from '../run/run-options';
import type { SpecFlags } from '../provision/provision-options';
import type { Session } from '../session';
import { findSyncs } from '../syncs/find-syncs';
import { placeholderId } from '../syncs/placeholder-id';
import type { ScheduleFlags } from './schedule-options';
import type { SyncSchedule } from './sync-schedule';
import { runWorkflowType } from '../workflow-types';

/** Flags of the schedule, of its runs, and of a spec. */
export interface ScheduledWorkFlags extends ScheduleFlags, Pick<SpecFlags, 'var' | 'varFile'> {}

type Work = Pick<SyncSchedule, 'workflow' | 'input'> & { title: string };

/**
 * Connects only once everything is checked that can be known before.
 *
 * @throws CliError for a name that no sync has, or a file that cannot be read; InvalidInputError that names every wrong field
 */
export async function toScheduledWork(
  session: Session,
  [what, ...targets]: readonly string[],
  flags: ScheduledWorkFlags,
): Promise<Work> {
  if (what === 'drift') return toDriftCheck(targets, flags);
  const [target] = targets;
  if (targets.length > 1) throw new CliError(exitCodes.usage, `Expected one target, got ${targets.length}`);
  if (what === 'all-model' || what === 'all-bulk') {
    if (target !== undefined)
      throw new CliError(exitCodes.usage, `${what} takes no target: it runs what --name and --id take`);
    const workflow = what === 'all-model' ? 'runAllModelSyncs' : 'runAllBulkSyncs';
    const named = flags.name === undefined ? '' : ` named ${flags.name}`;
    const input = toFanOutInput(flags);
    checkWorkflowInput(workflow, input);
    return { workflow, input, title: `all ${what.slice(4)} syncs${named}` };
  }
  if (target === undefined) {
    const message = what === 'pipeline' ? 'Which pipeline? Expected a file' : 'Which sync? Expected its name or id';
    throw new CliError(exitCodes.usage, message);
  }
  const shared = { ...toRunInput(flags), ...readInputOption(flags.input) };
  if (what === 'pipeline') {
    const file = readPipeline(target);
    const { organization } = checkPipeline(file, shared);
    const pipeline = await withSyncIds(await session.temporalWithWorkers(), file, organization);
    const name = target.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
    return { workflow: 'runSyncPipeline', input: { ...pipeline, ...shared }, title: `pipeline ${name}` };
  }
  const kind = what === 'model' ? 'model' : 'bulk';
  const workflow = runWorkflowType(kind);
  checkWorkflowInput(workflow, { syncId: placeholderId, ...shared });
  const temporal = await session.temporalWithWorkers();
  const [sync] = await findSyncs(temporal, { asked: [target], kinds: [kind], organization: flags.organization });
  return { workflow, input: { syncId: sync?.syncId ?? target, ...shared }, title: sync?.name || target };
}

async function toDriftCheck(files: readonly string[], flags: ScheduledWorkFlags): Promise<Work> {
  if (files.length === 0) throw new CliError(exitCodes.usage, 'Which spec? Expected its files');
  const { toSpecInput } = await import('../provision/spec-input.js');
  const { input, set } = toSpecInput(files, flags);
  const notify = flags.notify && { notify: flags.notify };
  const work = { workflow: 'checkPolytomicDrift', input: { ...notify, ...input }, title: `drift of ${set}` };
  checkWorkflowInput(work.workflow, work.input);
  return work;
}
