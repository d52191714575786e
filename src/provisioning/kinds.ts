/** The four kinds by name. */
import type { ProvisionKind } from '../contracts/provision-spec';
import { bulkSyncKind } from './bulk-syncs';
import { connectionKind } from './connections';
import { modelSyncKind } from './model-syncs';
import { modelKind } from './models';
import type { ResourceKind } from './resource-kind';

/** Each kind of object that a spec can hold. */
export const resourceKinds: Readonly<Record<ProvisionKind, ResourceKind>> = {
  connections: connectionKind,
  models: modelKind,
  modelSyncs: modelSyncKind,
  bulkSyncs: bulkSyncKind,
};
