/** What uses connections and models: everything that would break without them. */
import type { ProvisionKind } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { bulkSyncKind } from './bulk-syncs';
import { modelSyncKind } from './model-syncs';
import { modelKind } from './models';

/** Who uses one object. */
export interface ObjectUsers {
  users: { kind: ProvisionKind; id: string; name: string }[];
}

/** By the id of what is used. @throws PolytomicError */
export async function findUsers(client: PolytomicClient): Promise<Map<string, ObjectUsers>> {
  const found = new Map<string, ObjectUsers>();
  for (const kind of [modelKind, modelSyncKind, bulkSyncKind]) {
    for await (const { objects } of kind.find(client)) {
      for (const { id, name, uses } of objects) {
        for (const used of new Set(uses)) {
          const entry = found.get(used) ?? { users: [] };
          entry.users.push({ kind: kind.kind, id, name });
          found.set(used, entry);
        }
      }
    }
  }
  return found;
}
