/** Syncs as finding and creating them tells; names need not be unique. */
import type { Page } from '../polytomic/answers';
import type { Method } from '../polytomic/client';
import { pages } from '../polytomic/pages';
import type { FoundSync, ReadOptions } from './sync-adapter';
import { toReportedTime } from './wire-values';

interface WireSync {
  id?: string | null;
  name?: string | null;
  active?: boolean | null;
  created_at?: string | null;
}

/** Takes what a sync's answer tells. */
export function toFoundSync(syncId: string, { active, created_at: createdAt }: WireSync): FoundSync {
  return { syncId, active: active ?? true, createdAt: toReportedTime(createdAt) };
}

/** All syncs of exactly this name, over all pages of a list operation. */
export async function findSyncsByName(
  list: Method<object, Page<WireSync>>,
  { name, ...options }: { name: string } & ReadOptions,
): Promise<FoundSync[]> {
  const found: FoundSync[] = [];
  for await (const { items } of pages(list, {}, options)) {
    found.push(...items.flatMap((sync) => (sync.id && sync.name === name ? [toFoundSync(sync.id, sync)] : [])));
  }
  return found;
}
