/** Finds the syncs that a person named; asks Polytomic's list only where names have to be looked up. */
import type { SyncKind } from '../../contracts/sync-kind';
import type { Temporal } from '../connect';
import { isUuid, listAllSyncs } from './list-syncs';
import { resolveSync, type NamedSync } from './resolve-syncs';

/** What was named. */
export interface FindRequest {
  readonly asked: readonly string[];
  readonly kinds: readonly SyncKind[];
  readonly organization: string | undefined;
}

/** In the order asked, each once. @throws CliError that says what there is instead */
export async function findSyncs(temporal: Temporal, { asked, kinds, organization }: FindRequest): Promise<NamedSync[]> {
  const [kind] = kinds;
  const names = [...new Set(asked)];
  if (kind && kinds.length === 1 && names.every(isUuid)) {
    return names.map((syncId) => ({ kind, syncId, name: '', active: true }));
  }
  const syncs = await listAllSyncs(temporal, { kinds, ...(organization && { organization }) });
  return names.map((name) => resolveSync(name, syncs));
}
