/** Finds the syncs that a person named; asks Polytomic's list only where names have to be looked up. */
import type { SyncKind } from '../../contracts/sync-kind';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { isUuid, normalizeId } from '../../rules/ids';
import { listAllSyncs } from './list-syncs';
import { resolveSync, resolveSyncs, type NamedSync } from './resolve-syncs';

/** What was named. */
export interface FindRequest {
  readonly asked: readonly string[];
  readonly kinds: readonly SyncKind[];
  readonly organization: string | undefined;
}

/** Longest name that a filter takes. */
const maxNameFilter = 255;

/** In the order asked, each once. @throws CliError that says what there is instead */
export async function findSyncs(temporal: Temporal, { asked, kinds, organization }: FindRequest): Promise<NamedSync[]> {
  const [kind] = kinds;
  const names = [...new Set(asked.map(normalizeId))];
  if (names.includes('')) throw new CliError(exitCodes.usage, 'Which sync? Expected its name or id, got an empty text');
  // What looks like an id needs no list.
  if (kind && kinds.length === 1 && names.every(isUuid)) {
    return names.map((syncId) => ({ kind, syncId, name: '', active: true }));
  }
  const request = { kinds, ...(organization !== undefined && { organization }) };
  const [name = ''] = names;
  if (names.length === 1 && name.length <= maxNameFilter) {
    // Thousands of other names take a while to get here, and are only of use where this one is spelt otherwise.
    const exact = (await listAllSyncs(temporal, { ...request, filter: { active: null, name } })).filter(
      (sync) => sync.name === name,
    );
    if (exact.length > 0) return [resolveSync(name, exact)];
  }
  const syncs = await listAllSyncs(temporal, request);
  return resolveSyncs(names.map((one) => ({ asked: one, syncs })));
}
