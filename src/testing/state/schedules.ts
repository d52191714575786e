/** Runs that start on their own: brought into being when somebody looks, dated when they were due. */
import { runningOf, startRun } from './runs';
import type { Sync } from './sync';
import type { Organization, EmulatorState } from './emulator-state';

/** Creates the runs of `everyMs` that have come due. A slot during a run, or while the sync is inactive, is skipped. */
export function startDueRuns(emulator: EmulatorState, now: number): void {
  for (const organization of emulator.organizations.values()) {
    for (const sync of organization.scheduled) startDue(emulator, { organization, sync, now });
  }
}

function startDue(
  emulator: EmulatorState,
  { organization, sync, now }: { organization: Organization; sync: Sync; now: number },
): void {
  const { everyMs = 0, nextDueAt = now } = sync;
  let due = nextDueAt;
  for (; due <= now; due += everyMs) {
    if (sync.fields.active !== true || runningOf(sync, due) !== undefined) continue;
    startRun(emulator, { organization, sync, startedBy: 'schedule', type: 'scheduled', at: due });
  }
  sync.nextDueAt = due;
}
