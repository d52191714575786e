/** The state of an apply: plain JSON, changed by pure functions alone. */
import type { ItemFailure } from '../../contracts/item-failure';
import type { FieldChange, PlannedObject } from '../../contracts/provision-plan';
import type { OwnedObject, OwnedOrigin } from '../../contracts/provision-record';
import type { ProvisionKind, ProvisionObject } from '../../contracts/provision-spec';
import { newDeletion, type Deletion } from './deletions';
import { awaitsFirstRun } from './plan-object';
import { isSyncKind } from './to-objects';

/** What an apply does, phase by phase. */
export type ApplyPhase = 'applying' | 'activating' | 'deleting' | 'running' | 'undoing' | 'ended';

/** `late`: its time was over. `full`: its history takes no more; what was made stays, and the next apply goes on. */
export type StopReason = 'failed' | 'cancelled' | 'late' | 'full';

/** One object on its way. `settling`: written, and not to be built on yet. */
export interface ApplyEntry {
  address: string;
  kind: ProvisionKind;
  name: string;
  after: string[];
  action: PlannedObject['change']['action'];
  status: 'waiting' | 'applying' | 'settlingSoon' | 'settling' | 'done' | 'failed' | 'skipped';
  id: string | null;
  recorded: string | null;
  replaces: string | null;
  origin: OwnedOrigin;
  /** Hashes of its fields as the plan saw them; null where there is nothing to overwrite. */
  seen: Record<string, string> | null;
  rotates: boolean;
  namesakes: string[];
  /** Fields as they were, of objects that are changed. */
  before: FieldChange[];
  /** What the idempotency keys of its create begin with, once it is drawn. */
  key: string | null;
  note: unknown;
  /** The last try ended without a word. */
  unanswered: boolean;
  wakeAt: number;
  /** When a refusal that passes was first met. */
  notReadySince: number | null;
  /** Since when it is waited for. */
  settlingSince: number | null;
  /** Some try of its create may have taken effect, and no answer gave its id. */
  mayExist: boolean;
  created: boolean;
  wrote: boolean;
  needsConsent: boolean;
  /** Something that is written builds on it. */
  isNeeded: boolean;
  /** Something will read its schemas. */
  needsSchemas: boolean;
  failure: ItemFailure | null;
  /** When a worker was lost last whose write may still arrive and overwrite, milliseconds since the epoch; null: none was. */
  lostAt: number | null;
  /** Why it waits, for people. */
  why: string;
  /** Of syncs: what `active` is to become; null: stays. */
  activate: boolean | null;
  activation: 'waiting' | 'sent' | 'done';
  /** It was read, and nothing keeps it from being activated. */
  isChecked: boolean;
  /** Tries in vain. */
  activationTries: number;
  run: 'none' | 'waiting' | 'running' | 'done';
  /** A run that it has had already, begun by an apply that was interrupted or by others: no other one is started. */
  firstRun: string | null;
  runResult: { executionId: string | null; outcome: string } | null;
}

/** A whole apply. */
export interface ApplyState {
  v: 1;
  phase: ApplyPhase;
  entries: Record<string, ApplyEntry>;
  /** Prune, and what was replaced. */
  deletions: Deletion[];
  undo: Deletion[];
  /** Why nothing new is begun any more. */
  stopping: StopReason | null;
  rollback: boolean;
  maxConcurrent: number;
  /** When undoing has to end. */
  undoDeadline: number | null;
}

/**
 * How long an activity of a lost worker may still write: it posts nothing after 30 s, and a request takes a minute at most.
 */
export const lastWriteMs = 100_000;

/** How long undoing may take. */
export const undoLimitMs = 10 * 60_000;

/** What an apply begins with. */
export interface ApplyPlan {
  objects: readonly ProvisionObject[];
  planned: Readonly<Record<string, PlannedObject>>;
  owned: Readonly<Record<string, OwnedObject>>;
  /** Objects that the spec dropped and we made, with `prune`. */
  dropped: readonly { address: string; object: OwnedObject }[];
  rollback: boolean;
  maxConcurrent: number;
}

/** The state before anything was done. */
export function newApplyState({ objects, planned, owned, dropped, rollback, maxConcurrent }: ApplyPlan): ApplyState {
  const entries = Object.fromEntries(
    objects.map((object) => [object.address, toEntry(object, planned[object.address], owned[object.address])]),
  );
  markNeeds(Object.values(entries), objects);
  return {
    v: 1,
    phase: 'applying',
    entries,
    deletions: [
      ...dropped.map(({ address, object: { kind, id, name } }) => newDeletion({ address, kind, id, name })),
      ...leftBehind(owned),
    ],
    undo: [],
    stopping: null,
    rollback,
    maxConcurrent,
    undoDeadline: null,
  };
}

function toEntry(
  object: ProvisionObject,
  planned: PlannedObject | undefined,
  owned: OwnedObject | undefined,
): ApplyEntry {
  if (!planned) throw new TypeError(`no plan for ${object.address}`);
  const { change } = planned;
  const isReplaced = change.action === 'replace';
  const isNew = isReplaced || change.action === 'create';
  return {
    address: object.address,
    kind: object.kind,
    name: object.name,
    after: object.after,
    action: change.action,
    status: 'waiting',
    id: isNew ? null : change.id,
    recorded: owned?.id ?? null,
    replaces: isReplaced ? change.id : null,
    origin: isNew ? 'created' : planned.origin,
    seen: isNew ? null : planned.seen,
    rotates: planned.rotates && !isNew,
    namesakes: planned.namesakes,
    before: change.fields,
    key: null,
    note: null,
    unanswered: false,
    wakeAt: 0,
    notReadySince: null,
    settlingSince: null,
    mayExist: false,
    created: false,
    wrote: false,
    needsConsent: false,
    isNeeded: false,
    needsSchemas: false,
    failure: null,
    lostAt: null,
    why: '',
    activate: activationOf(object, planned, isNew),
    activation: 'waiting',
    isChecked: false,
    activationTries: 0,
    run: awaitsFirstRun(object, isNew ? undefined : owned, isNew ? 'created' : planned.origin) ? 'waiting' : 'none',
    firstRun: null,
    runResult: null,
  };
}

/** New syncs are created inactive; present ones change only where the spec says so. */
function activationOf({ kind, active }: ProvisionObject, planned: PlannedObject, isNew: boolean): boolean | null {
  if (!isSyncKind(kind)) return null;
  if (isNew) return (active ?? true) ? true : null;
  return planned.active ?? null;
}

function markNeeds(entries: ApplyEntry[], objects: readonly ProvisionObject[]): void {
  const byAddress = new Map(entries.map((entry) => [entry.address, entry]));
  for (const { address, after, kind, body } of objects) {
    const isWritten = byAddress.get(address)?.action !== 'unchanged';
    for (const name of after) {
      const needed = byAddress.get(name);
      if (!needed || !isWritten) continue;
      needed.isNeeded = true;
      const source = body.source_connection_id as { $ref?: string } | undefined;
      needed.needsSchemas ||= kind === 'bulkSyncs' && source?.$ref === `${name}.id`;
    }
  }
}

/** Old objects of replacements that an earlier apply could not delete any more. */
function leftBehind(owned: ApplyPlan['owned']): Deletion[] {
  return Object.entries(owned).flatMap(([address, { kind, name, retired = [] }]) =>
    retired.map((id) => newDeletion({ address, kind, id, name, replaced: true })),
  );
}

/** Ids of all objects that are known. */
export function knownIds({ entries }: ApplyState): Record<string, string> {
  return Object.fromEntries(Object.values(entries).flatMap(({ address, id }) => (id === null ? [] : [[address, id]])));
}

/** Addresses of the syncs that had their first run, however it ended. */
export function ranOnce({ entries }: ApplyState): string[] {
  return Object.values(entries).flatMap(({ address, runResult }) => (runResult?.executionId ? [address] : []));
}

/** Addresses of the objects of which it is known that no create took effect: what others made under their names is theirs. */
export function neverMade({ entries }: ApplyState): string[] {
  return Object.values(entries).flatMap(({ address, id, mayExist }) => (id === null && !mayExist ? [address] : []));
}

/** When a worker was lost last whose write may still arrive and overwrite, milliseconds since the epoch; null: none was. */
export function lastLoss({ entries }: ApplyState): number | null {
  const times = Object.values(entries).flatMap(({ lostAt }) => (lostAt === null ? [] : [lostAt]));
  return times.length === 0 ? null : Math.max(...times);
}

/** Whether every object ended well, and everything after it too. */
export function hasSucceeded({ entries, stopping }: ApplyState): boolean {
  return (
    stopping === null && Object.values(entries).every(({ status, failure }) => status === 'done' && failure === null)
  );
}
