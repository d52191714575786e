/** Notifications: what happened is gathered in the state, and delivering it is a command like any other. */
import type { NotifiedSync } from '../../contracts/notification';
import { headlineOf, mostListed, toNotification } from '../../rules/notification';
import { truncateText } from '../../rules/quoted';
import type { Command } from './commands';
import { isNothing, noneGathered, type Channel, type Gathered, type NotifiedEvent } from './outbox-state';
import { pendingOf, takeNumber, type EngineState } from './state';

/** Between two messages to one target. Whoever reads them is not helped by more, and Slack refuses one a second. */
const gapMs = 30_000;
/** Once everything else is done, deliveries delay the end by no more than this. */
export const maxFlushMs = 30_000;
/** As many syncs as may run at the same time. */
const maxLate = 1_000;
const maxFailed = 100;
/** Of each kind and target, through continue-as-new; counts stay exact. */
const maxCarried = 10;
const maxTargetInText = 60;

/** The sync ended without success. */
export function recordFailed(state: EngineState, sync: NotifiedSync): void {
  const { outbox } = state;
  const id = idOf(sync);
  if (outbox.failed.includes(id)) return;
  outbox.late = without(outbox.late, id);
  outbox.failed = [...outbox.failed, id].slice(-maxFailed);
  gather(state, 'failed', sync);
}

/** The sync runs longer than it should. */
export function recordLate(state: EngineState, sync: NotifiedSync): void {
  if (state.outbox.late.includes(idOf(sync))) return;
  gatherLate(state, sync);
}

/** A run of the sync stands still: reported as late, once for each run, even if the sync was reported as late before. */
export function recordStalled(state: EngineState, sync: NotifiedSync & { executionId: string }): void {
  const { stalled = [] } = state.outbox;
  if (stalled.includes(sync.executionId)) return;
  state.outbox.stalled = [...stalled, sync.executionId].slice(-maxLate);
  gatherLate(state, sync);
}

function gatherLate(state: EngineState, sync: NotifiedSync): void {
  const { outbox } = state;
  outbox.late = [...without(outbox.late, idOf(sync)), idOf(sync)].slice(-maxLate);
  gather(state, 'late', sync);
}

/** The sync succeeded; reported only for one that was reported as late or failed before. */
export function recordRecovered(state: EngineState, sync: NotifiedSync): void {
  const { outbox } = state;
  const id = idOf(sync);
  if (!outbox.late.includes(id) && !outbox.failed.includes(id)) return;
  outbox.late = without(outbox.late, id);
  outbox.failed = without(outbox.failed, id);
  gather(state, 'recovered', sync);
}

/** Deliveries that are due: one under way for each target, at most one in half a minute. `isFlushing`: without the gap. */
export function deliveryCommands(
  state: EngineState,
  { now, ids, isFlushing }: { now: number; ids: { workflowId: string; runId: string }; isFlushing: boolean },
): { commands: Command[]; wakeAt: number | null } {
  const commands: Command[] = [];
  const wake: number[] = [];
  for (const target of state.settings.notify) {
    const channel = state.outbox.channels[target.name];
    if (!channel || isUnderWay(state, target.name)) continue;
    if (channel.sending === null) {
      if (isNothing(channel.gathered)) continue;
      if (!isFlushing && now < channel.notBefore) {
        wake.push(channel.notBefore);
        continue;
      }
      channel.sending = { key: `${state.base}-n${takeNumber(state)}`, gathered: channel.gathered };
      channel.gathered = noneGathered();
      channel.notBefore = now + gapMs;
    }
    const { key, gathered } = channel.sending;
    const { organization } = state.settings;
    const id = `notify-${takeNumber(state)}`;
    state.pending[id] = { type: 'notify', jobs: [], scheduledAt: now, target: target.name };
    commands.push({
      type: 'notify',
      id,
      text: `Notify ${truncateText(target.name, maxTargetInText)}: ${headlineOf(gathered.counts)}`,
      target,
      key,
      notification: toNotification({ organization, ...ids, ...gathered }),
    });
  }
  return { commands, wakeAt: wake.length > 0 ? Math.min(...wake) : null };
}

/** A delivery is over, however it ended: that people could not be notified is no failure of what they are notified of. */
export function noteDelivered(state: EngineState, target: string): void {
  const channel = state.outbox.channels[target];
  if (channel) channel.sending = null;
}

/** Whether everything was delivered or given up. */
export function isOutboxEmpty({ outbox }: EngineState): boolean {
  return Object.values(outbox.channels).every(({ sending, gathered }) => sending === null && isNothing(gathered));
}

/** The outbox, cut to some ten kilobytes a target. */
export function cutOutbox({ outbox }: EngineState): EngineState['outbox'] {
  const channels = Object.entries(outbox.channels).map(([name, channel]) => [name, cutChannel(channel)] as const);
  return { ...outbox, channels: Object.fromEntries(channels) };
}

function cutChannel({ gathered, sending, notBefore }: Channel): Channel {
  return { gathered: cut(gathered), sending: sending && { ...sending, gathered: cut(sending.gathered) }, notBefore };
}

function cut({ failed, late, recovered, counts }: Gathered): Gathered {
  const first = (syncs: NotifiedSync[]): NotifiedSync[] => syncs.slice(0, maxCarried);
  return { failed: first(failed), late: first(late), recovered: first(recovered), counts };
}

function isUnderWay(state: EngineState, target: string): boolean {
  return pendingOf(state, 'notify').some(([, pending]) => pending.target === target);
}

function gather(state: EngineState, event: NotifiedEvent, { reason, ...sync }: NotifiedSync): void {
  const reported = state.settings.options.errorText === 'include' && reason ? { ...sync, reason } : sync;
  for (const { name } of state.settings.notify) {
    const channel = (state.outbox.channels[name] ??= { gathered: noneGathered(), sending: null, notBefore: 0 });
    const { gathered } = channel;
    if (gathered[event].length < mostListed) gathered[event].push(reported);
    gathered.counts = { ...gathered.counts, [event]: gathered.counts[event] + 1 };
  }
}

/** A sync may stand in several steps of a pipeline. */
function idOf({ stepId, syncId }: NotifiedSync): string {
  return stepId ?? syncId;
}

function without(ids: readonly string[], id: string): string[] {
  return ids.filter((one) => one !== id);
}
