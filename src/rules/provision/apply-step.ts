/** What an apply does next: pure, so that a simulation can drive it as the workflow does. */
import { lastWriteMs, undoLimitMs, type ApplyEntry, type ApplyPhase, type ApplyState } from './apply-state';
import { areDeleted, deletableNow, newDeletion, wakeOfDeletions, type Deletion } from './deletions';

/** Something for the outside to do; each is answered by one event. */
export type ApplyCommand =
  | { type: 'apply'; addresses: string[] }
  | { type: 'await'; addresses: string[] }
  | { type: 'activate'; addresses: string[]; readOnly: boolean }
  | { type: 'run'; address: string }
  | { type: 'delete'; keys: string[]; why: 'apply' | 'destroy' };

/** A step: the state after it, what to do, and when to step again though nothing happens. */
export interface ApplyStep {
  state: ApplyState;
  commands: ApplyCommand[];
  wakeAt: number | null;
}

/** How many syncs one activity switches on. */
const maxActivated = 50;

/** At least so many objects are deleted by one activity, which is given the ids of all that go; it heeds `maxConcurrent`. */
const minDeleted = 10;

/** Takes the next step. The given state stays as it is. */
export function stepApply(given: ApplyState, now: number): ApplyStep {
  const state = structured(given);
  const commands: ApplyCommand[] = [];
  for (let phase: ApplyPhase | null = null; phase !== state.phase;) {
    phase = state.phase;
    commands.push(...phases[phase](state, now));
  }
  return { state, commands, wakeAt: wakeOf(state, now) };
}

/** Entries are replaced, never changed, by those who keep the old state. */
function structured(state: ApplyState): ApplyState {
  return {
    ...state,
    entries: Object.fromEntries(Object.entries(state.entries).map(([address, entry]) => [address, { ...entry }])),
  };
}

const phases: Readonly<Record<ApplyPhase, (state: ApplyState, now: number) => ApplyCommand[]>> = {
  applying: stepApplying,
  activating: stepActivating,
  deleting: stepDeleting,
  running: stepRunning,
  undoing: stepUndoing,
  ended: () => [],
};

const entriesOf = ({ entries }: ApplyState): ApplyEntry[] => Object.values(entries);

const isUnderWay = ({ status, activation, run }: ApplyEntry): boolean =>
  status === 'applying' || status === 'settling' || activation === 'sent' || run === 'running';

/** Nothing new is begun any more, and nothing is under way: time to end, or to undo. */
function stopped(state: ApplyState, now: number): boolean {
  if (state.stopping === null || entriesOf(state).some(isUnderWay)) return false;
  if (state.deletions.some(({ status }) => status === 'deleting')) return false;
  endOrUndo(state, now);
  return true;
}

function endOrUndo(state: ApplyState, now: number): void {
  for (const entry of entriesOf(state))
    if (entry.status === 'waiting' || entry.status === 'settlingSoon')
      entry.status = entry.created ? 'failed' : 'skipped';
  const undoes = state.rollback && state.stopping !== 'full';
  state.phase = undoes ? 'undoing' : 'ended';
  state.undoDeadline = now + undoLimitMs;
  state.undo = undoes ? entriesOf(state).flatMap((entry) => undoOf(entry, now)) : [];
}

/** Only what this apply created: what may exist without an answer is found by its intent. */
function undoOf(entry: ApplyEntry, now: number): Deletion[] {
  if (!entry.created && !entry.mayExist) return [];
  const { address, kind, name, id, recorded } = entry;
  // A create that is still on its way must have arrived before a look can rule it out.
  const wakeAt = id === null ? now + lastWriteMs : 0;
  return [newDeletion({ address, kind, name, id, recorded, wakeAt })];
}

function stepApplying(state: ApplyState, now: number): ApplyCommand[] {
  skipDependents(state);
  if (stopped(state, now)) return [];
  const commands = state.stopping === null ? [...takeReady(state, now), ...takeSettling(state, now)] : [];
  const isOver = entriesOf(state).every(
    ({ status }) => status === 'done' || status === 'failed' || status === 'skipped',
  );
  if (!isOver) return commands;
  const isWhole = entriesOf(state).every(({ status }) => status === 'done');
  if (isWhole) {
    state.phase = 'activating';
    letLostWritesEnd(state);
  } else {
    state.stopping = 'failed';
    endOrUndo(state, now);
  }
  return commands;
}

/** The update of a lost worker says that the sync is inactive: it must not arrive after the activation. */
function letLostWritesEnd(state: ApplyState): void {
  for (const entry of entriesOf(state))
    if (entry.activate !== null && entry.lostAt !== null)
      entry.wakeAt = Math.max(entry.wakeAt, entry.lostAt + lastWriteMs);
}

function skipDependents(state: ApplyState): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const entry of entriesOf(state)) {
      const failed = entry.after.find((name) => ['failed', 'skipped'].includes(state.entries[name]?.status ?? ''));
      if (entry.status !== 'waiting' || failed === undefined) continue;
      Object.assign(entry, { status: 'skipped', why: `needs ${failed}` });
      changed = true;
    }
  }
}

function takeReady(state: ApplyState, now: number): ApplyCommand[] {
  let free = state.maxConcurrent - entriesOf(state).filter(({ status }) => status === 'applying').length;
  const addresses: string[] = [];
  for (const entry of entriesOf(state)) {
    if (entry.status !== 'waiting' || entry.wakeAt > now) continue;
    if (!entry.after.every((name) => state.entries[name]?.status === 'done')) continue;
    if (isPresent(entry)) {
      entry.status = entry.kind === 'connections' && entry.isNeeded ? 'settlingSoon' : 'done';
    } else if (free > 0) {
      free -= 1;
      entry.status = 'applying';
      addresses.push(entry.address);
    }
  }
  return addresses.length === 0 ? [] : [{ type: 'apply', addresses }];
}

/** Nothing is to be written, and the record knows of it. */
const isPresent = ({ action, recorded, id }: ApplyEntry): boolean => action === 'unchanged' && recorded === id;

function takeSettling(state: ApplyState, now: number): ApplyCommand[] {
  const due = entriesOf(state).filter(({ status }) => status === 'settlingSoon');
  for (const entry of due) Object.assign(entry, { status: 'settling', settlingSince: entry.settlingSince ?? now });
  // One deadline holds for all of a wait.
  const bySince = new Map<number | null, string[]>();
  for (const { address, settlingSince } of due)
    bySince.set(settlingSince, [...(bySince.get(settlingSince) ?? []), address]);
  return [...bySince.values()].map((addresses) => ({ type: 'await', addresses }));
}

function stepActivating(state: ApplyState, now: number): ApplyCommand[] {
  if (stopped(state, now)) return [];
  const wanted = entriesOf(state).filter(({ activate, activation }) => activate !== null && activation !== 'done');
  if (wanted.length === 0) {
    state.phase = 'deleting';
    state.deletions.push(...entriesOf(state).flatMap(replacedOf));
    return [];
  }
  if (state.stopping !== null || wanted.some(({ activation }) => activation === 'sent')) return [];
  const { due, readOnly } = nextActivations(wanted, now);
  if (due.length === 0) return [];
  for (const entry of due) entry.activation = 'sent';
  return [{ type: 'activate', addresses: due.map(({ address }) => address), readOnly }];
}

/**
 * All are read before any is activated: a schedule may start a sync at once, and one that has problems undoes the others. One
 * activity does both for as many as it takes; for more, the reads of all come first.
 */
function nextActivations(wanted: readonly ApplyEntry[], now: number): { due: ApplyEntry[]; readOnly: boolean } {
  const unchecked = wanted.filter(({ isChecked }) => !isChecked);
  const readOnly = unchecked.length > 0 && wanted.length > maxActivated;
  const due = (readOnly ? unchecked : wanted).filter(({ wakeAt }) => wakeAt <= now).slice(0, maxActivated);
  const isOne = unchecked.length > 0 && !readOnly;
  return { due: isOne && due.length < wanted.length ? [] : due, readOnly };
}

/** The old object goes last, when everything points at the new one. */
function replacedOf({ address, kind, name, replaces }: ApplyEntry): Deletion[] {
  return replaces === null ? [] : [newDeletion({ address, kind, name, id: replaces, replaced: true })];
}

function stepDeleting(state: ApplyState, now: number): ApplyCommand[] {
  if (stopped(state, now)) return [];
  if (areDeleted(state.deletions)) {
    state.phase = 'running';
    return [];
  }
  return state.stopping === null ? takeDeletions(state, state.deletions, { now, why: 'destroy' }) : [];
}

function takeDeletions(
  state: ApplyState,
  deletions: Deletion[],
  { now, why }: { now: number; why: 'apply' | 'destroy' },
): ApplyCommand[] {
  const after = new Map(entriesOf(state).map((entry) => [entry.address, entry.after]));
  // Two activities would delete more at once.
  const isNarrow = state.maxConcurrent < minDeleted;
  if (isNarrow && deletions.some(({ status }) => status === 'deleting')) return [];
  const limit = Math.max(minDeleted, state.maxConcurrent);
  const keys = deletableNow(deletions, { after, now, limit });
  if (keys.length === 0) return [];
  const taken = new Set(keys);
  const next = deletions.map((deletion): Deletion =>
    taken.has(deletion.key) ? { ...deletion, status: 'deleting' } : deletion,
  );
  if (deletions === state.undo) state.undo = next;
  else state.deletions = next;
  return [{ type: 'delete', keys, why }];
}

function stepRunning(state: ApplyState, now: number): ApplyCommand[] {
  if (stopped(state, now)) return [];
  const entries = entriesOf(state);
  const running = entries.filter(({ run }) => run === 'running').length;
  const due =
    state.stopping === null
      ? entries.filter(({ run }) => run === 'waiting').slice(0, Math.max(0, state.maxConcurrent - running))
      : [];
  for (const entry of due) entry.run = 'running';
  if (running === 0 && due.length === 0) state.phase = 'ended';
  return due.map(({ address }): ApplyCommand => ({ type: 'run', address }));
}

function stepUndoing(state: ApplyState, now: number): ApplyCommand[] {
  if (areDeleted(state.undo)) {
    state.phase = 'ended';
    return [];
  }
  return takeDeletions(state, state.undo, { now, why: 'apply' });
}

function wakeOf(state: ApplyState, now: number): number | null {
  if (state.phase === 'deleting') return wakeOfDeletions(state.deletions, now);
  if (state.phase === 'undoing') return wakeOfDeletions(state.undo, now);
  const isOpen = ({ status, activation }: ApplyEntry): boolean =>
    state.phase === 'activating' ? activation === 'waiting' : status === 'waiting';
  const times = entriesOf(state)
    .filter((entry) => isOpen(entry) && entry.wakeAt > now)
    .map(({ wakeAt }) => wakeAt);
  return state.stopping !== null || times.length === 0 ? null : Math.min(...times);
}
