/** What uses a connection: models that read it, syncs that read or write it. */
import { modelAt, type Model } from './model';
import type { Fields } from './fields';
import type { Sync } from './sync';
import type { Organization } from './emulator-state';

/** What would break without the connection. */
export interface ConnectionUse {
  readonly models: readonly Model[];
  readonly syncs: readonly Sync[];
}

/** All uses of a connection; a model's syncs are uses too, and so is a schedule that waits for a job of the connection. */
export function usesOf(
  { models, syncs }: Organization,
  { connectionId, now }: { connectionId: string; now: number },
): ConnectionUse {
  const own = [...models.values()].filter((model) => modelAt(model, now)?.connection_id === connectionId);
  const ids = new Set(own.map(({ id }) => id));
  const modelSyncs = syncs.model.list().filter((sync) => {
    const { target, schedule } = sync.fields as Record<string, Fields | undefined>;
    if (target?.connection_id === connectionId || schedule?.connection_id === connectionId) return true;
    return readModels(sync).some((id) => ids.has(id));
  });
  const bulkSyncs = syncs.bulk.list().filter(({ fields }) => {
    return fields.source_connection_id === connectionId || fields.destination_connection_id === connectionId;
  });
  return { models: own, syncs: [...modelSyncs, ...bulkSyncs] };
}

/** Ids of the models that a model sync reads: as it says, and as its fields do. */
export function readModels({ fields }: Sync): string[] {
  const named = (fields.model_ids ?? []) as unknown[];
  const mapped = ((fields.fields ?? []) as Fields[]).map(({ source }) => (source as Fields | undefined)?.model_id);
  return [...named, ...mapped].filter((id): id is string => typeof id === 'string');
}
