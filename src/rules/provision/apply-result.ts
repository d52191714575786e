/** What an apply came to: its result, or the failure that says what was made, undone and left. */
import type {
  ProvisionedResource,
  ProvisioningFailure,
  ProvisionProgress,
  TouchedResource,
} from '../../contracts/provision';
import { truncateText } from '../quoted';
import type { ApplyEntry, ApplyState, StopReason } from './apply-state';
import type { Deletion } from './deletions';

/** The standing of every object, by address. */
export function resourcesOf({ entries, deletions }: ApplyState): Record<string, ProvisionedResource> {
  const resources: Record<string, ProvisionedResource> = {};
  for (const entry of Object.values(entries)) resources[entry.address] = resourceOf(entry);
  for (const deletion of deletions) {
    const replaced = resources[deletion.address];
    if (!deletion.replaced) resources[deletion.address] = deletedResource(deletion);
    else if (!replaced) continue;
    else if (deletion.status === 'deleted' && deletion.id) replaced.replaced = deletion.id;
    else if (deletion.status === 'left') {
      const left = { id: deletion.id, reason: deletion.reason ?? 'was not deleted' };
      replaced.left = [...(replaced.left ?? []), left];
    }
  }
  return resources;
}

function resourceOf({
  id,
  status,
  why,
  created,
  wrote,
  origin,
  recorded,
  runResult,
  failure,
}: ApplyEntry): ProvisionedResource {
  if (status === 'failed' || failure) return { id, action: 'failed', reason: failure?.message ?? why };
  if (status !== 'done') return { id, action: 'skipped', reason: why || 'was not begun' };
  const action = created
    ? 'created'
    : origin === 'adopted' && recorded === null
      ? 'adopted'
      : wrote
        ? 'updated'
        : 'unchanged';
  return { id, action, ...(runResult && { run: runResult }) };
}

/** Of a deletion that was asked for. */
export function deletedResource({ id, status, reason }: Deletion): ProvisionedResource {
  if (status === 'deleted' || status === 'absent') return { id, action: 'deleted' };
  return { id, action: 'left', reason: reason ?? 'was not begun' };
}

/** What to tell of a failure or a cancellation. */
export function failureDetails(
  state: ApplyState,
  { organization, set }: { organization: string; set: string },
): ProvisioningFailure {
  const entries = Object.values(state.entries);
  // What may exist without an answer counts as created where undoing it found it.
  const found = new Set(
    state.undo.filter(({ id, status }) => id !== null && status !== 'absent').map(({ address }) => address),
  );
  const created = entries.filter((entry) => entry.created || found.has(entry.address));
  const undone = new Set(
    state.undo.filter(({ status }) => status === 'deleted' || status === 'absent').map(({ address }) => address),
  );
  const left = new Map(
    state.undo.filter(({ status }) => status === 'left').map((deletion) => [deletion.address, deletion]),
  );
  const changed = entries.filter((entry) => !entry.created && entry.wrote);
  return {
    organization,
    set,
    omitted: 0,
    failed: entries.filter(({ failure }) => failure).map((entry) => touched(entry, entry.failure?.message)),
    made: state.rollback && state.stopping !== 'full' ? [] : created.map((entry) => touched(entry)),
    undone: created.filter(({ address }) => undone.has(address)).map((entry) => touched(entry)),
    left: [
      ...[...left.values()].map(({ address, kind, name, id, reason }) => ({
        address,
        kind,
        name,
        id,
        ...(reason && { reason }),
      })),
      ...changed.map((entry) => ({ ...touched(entry), reason: 'was changed', before: entry.before })),
    ],
  };
}

function touched({ address, kind, name, id }: ApplyEntry, reason?: string): TouchedResource {
  return { address, kind, name, id, ...(reason !== undefined && { reason }) };
}

const stopReasons: Readonly<Record<StopReason, string>> = {
  failed: 'it was stopped',
  cancelled: 'it was cancelled',
  late: 'its timeout was over',
  full: 'its history takes no more; apply again to go on from what was made',
};

/** One line for people. */
export function failureMessage(failure: ProvisioningFailure, stopping: StopReason | null = null): string {
  const [first] = failure.failed;
  const more = failure.failed.length > 1 ? ` and ${failure.failed.length - 1} more` : '';
  const why = first ? `${first.reason ?? first.address}${more}` : stopReasons[stopping ?? 'failed'];
  const counts = [
    ...(failure.undone.length > 0 ? [`${failure.undone.length} undone`] : []),
    ...(failure.made.length > 0 ? [`${failure.made.length} made and kept`] : []),
    ...(failure.left.length > 0 ? [`${failure.left.length} left`] : []),
  ];
  const counted = counts.length > 0 ? ` (${counts.join(', ')})` : '';
  return truncateText(`Provisioning of the set "${failure.set}" failed: ${why}${counted}`, 1024);
}

/** Most objects that progress names. */
const maxNamed = 20;

const progressPhases: Readonly<Record<ApplyState['phase'], ProvisionProgress['phase']>> = {
  applying: 'applying',
  activating: 'activating',
  deleting: 'applying',
  running: 'running',
  undoing: 'undoing',
  ended: 'ended',
};

/** What the query and the UI say. */
export function progressOf(
  state: ApplyState,
): Pick<ProvisionProgress, 'phase' | 'counts' | 'working' | 'needsConsent'> {
  const entries = Object.values(state.entries);
  const isWorking = ({ status, tries }: { status: ApplyEntry['status']; tries: boolean }): boolean =>
    status === 'applying' || status === 'settling' || (status === 'waiting' && tries);
  const working = entries.filter(({ status, wakeAt }) => isWorking({ status, tries: wakeAt > 0 }));
  return {
    phase: progressPhases[state.phase],
    counts: {
      total: entries.length,
      done: entries.filter(({ status }) => status === 'done').length,
      working: working.length,
      failed: entries.filter(({ failure }) => failure !== null).length,
    },
    working: working.slice(0, maxNamed).map(({ address, why, status }) => ({ address, why: why || status })),
    needsConsent: entries
      .filter(({ needsConsent, status }) => needsConsent && status !== 'done')
      .slice(0, maxNamed)
      .map(({ address, name }) => ({ address, name })),
  };
}
