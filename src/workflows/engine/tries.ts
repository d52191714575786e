/** Starts and creates that are due, as commands. Pure, over the engine's state. */
import type { StartItem } from '../../contracts/starts';
import { toOncePost, type AttemptState } from '../../rules/attempt-state';
import { jsonBytes } from '../../rules/json-bytes';
import type { Command } from './commands';
import { isUncertain, type Job } from './job';
import { describeItems } from './summaries';
import { jobsOf, pendingOf, takeNumber, type EngineState, type Pending } from './state';

/** Starts in one activity: at some twenty requests at once they are done well within its time. */
const maxStarts = 100;
/** Repeated starts go in small batches, as each batch is as slow as its slowest. */
const maxRepeated = 20;
/** In the items of one activity; a payload may hold twice as many. */
const maxBytes = 120_000;
/** In the items of all starts of one workflow task, which may come to 4 MB with all else that is in it. */
const maxTaskBytes = 1_500_000;
/** What is over waits so long: the next task is another one. */
const overMs = 1_000;

/** What starts and creates need next: commands that are due, and when the next one will be. */
export function tryCommands(state: EngineState, now: number): { commands: Command[]; wakeAt: number | null } {
  const commands: Command[] = [];
  const wake: number[] = [];
  const due: Job[] = [];
  for (const job of jobsOf(state)) {
    const { stage, attempt } = job;
    if (!attempt || (stage.type !== 'starting' && stage.type !== 'creating')) continue;
    if (stage.isInFlight || job.stop) continue;
    // What is certain not to have begun can wait until the workflow goes on; else it is looked for.
    if (state.wishes.paused && !isUncertain(job)) continue;
    if (state.isLeaving) continue;
    if (attempt.notBefore > now) wake.push(attempt.notBefore);
    else due.push(job);
  }
  const starting = due.filter(({ stage }) => stage.type === 'starting');
  const isFirst = (job: Job): boolean => job.attempt?.tries === 0;
  const repeated = starting.filter((job) => !isFirst(job));
  const first = startCommands(state, starting.filter(isFirst), { max: maxStarts, isFirstTry: true }, now);
  const again = startCommands(state, repeated, { max: maxRepeated, isFirstTry: false }, now);
  commands.push(...first.commands, ...again.commands);
  if (first.isOver || again.isOver) wake.push(now + overMs);
  for (const job of due) if (job.stage.type === 'creating') commands.push(...createCommand(state, job, now));
  return { commands, wakeAt: wake.length > 0 ? Math.min(...wake) : null };
}

function startCommands(
  state: EngineState,
  jobs: readonly Job[],
  { max, isFirstTry }: { max: number; isFirstTry: boolean },
  now: number,
): { commands: Command[]; isOver: boolean } {
  const commands: Command[] = [];
  let left = maxTaskBytes - bytesOfTask(state, now);
  let batch: { job: Job; item: StartItem }[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (batch.length > 0) commands.push(startCommand(state, batch, { isFirstTry, bytes }, now));
    batch = [];
    bytes = 0;
  };
  for (const job of jobs) {
    if (!job.attempt) continue;
    const item = toStartItem(state, job, job.attempt, now);
    const itemBytes = jsonBytes(item);
    // One that is too large for any task goes alone.
    if (itemBytes > left && left < maxTaskBytes) {
      flush();
      return { commands, isOver: true };
    }
    if (batch.length >= max || bytes + itemBytes > maxBytes) flush();
    batch.push({ job, item });
    bytes += itemBytes;
    left -= itemBytes;
  }
  flush();
  return { commands, isOver: false };
}

/** Of the starts that were commanded in the same workflow task, in which time stands still. */
function bytesOfTask(state: EngineState, now: number): number {
  const sameTask = pendingOf(state, 'start').filter(([, { scheduledAt }]) => scheduledAt === now);
  return sameTask.reduce((sum, [, { bytes = 0 }]) => sum + bytes, 0);
}

function startCommand(
  state: EngineState,
  batch: readonly { job: Job; item: StartItem }[],
  more: { isFirstTry: boolean; bytes: number },
  now: number,
): Command {
  const { organization, options } = state.settings;
  const jobs = batch.map(({ job }) => job);
  const id = noteInFlight(state, 'start', jobs, more, now);
  const { errorText } = options;
  const items = batch.map(({ item }) => item);
  const verb = items.every(({ key }) => key === null) ? 'Look for a run of' : 'Start';
  return { type: 'start', id, text: describeItems(verb, jobs), request: { organization, items, errorText } };
}

function toStartItem(state: EngineState, job: Job, attempt: AttemptState, now: number): StartItem {
  const { kind, syncId, start: options, failedSchemasOf, baseline, stage } = job;
  return {
    kind,
    syncId,
    ...toOncePost(attempt, state.base, now, state.wishes.paused),
    known: baseline ?? { ids: [], listed: false },
    options,
    ...(failedSchemasOf !== undefined && { failedSchemasOf }),
    activate: stage.type === 'starting' && stage.activate,
    ...(state.settings.options.checkConnections && { checkConnections: true }),
  };
}

function createCommand(state: EngineState, job: Job, now: number): Command[] {
  const { create, kind, attempt } = job;
  if (!create || !attempt) return [];
  const { organization, options } = state.settings;
  const id = noteInFlight(state, 'create', [job], {}, now);
  const item = { kind, ...create, ...toOncePost(attempt, state.base, now) };
  const { errorText } = options;
  const text = describeItems('Create', [job]);
  return [{ type: 'create', id, text, request: { organization, items: [item], errorText } }];
}

function noteInFlight(
  state: EngineState,
  type: 'start' | 'create',
  jobs: readonly Job[],
  more: Partial<Pending>,
  now: number,
): string {
  const id = `${type}-${takeNumber(state)}`;
  for (const { stage } of jobs) {
    if (stage.type === 'starting' || stage.type === 'creating') stage.isInFlight = true;
  }
  state.pending[id] = { type, jobs: jobs.map((job) => job.id), scheduledAt: now, ...more };
  return id;
}
