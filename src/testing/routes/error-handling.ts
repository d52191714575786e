/** Error handling settings of both kinds: a write changes what it names and nothing else. */
import { ApiFailure } from '../http/api-failure';
import { data, type ApiRequest, type Handlers } from '../http/api-request';
import type { Sync } from '../state/sync';
import { bulkSyncOf } from './bulk-syncs';
import { modelSyncOf } from './model-syncs';

/** Handlers of `modelSync.errorHandling.*` and `bulkSync.errorHandling.*`. */
export const errorHandlingRoutes: Handlers = {
  'modelSync.errorHandling.get': (call) => data(modelSyncOf(call).errorHandling),
  'modelSync.errorHandling.update': (call) => data(merge(modelSyncOf(call), call)),
  'bulkSync.errorHandling.get': (call) => data(bulkSyncOf(call).errorHandling),
  'bulkSync.errorHandling.update': (call) => data(merge(bulkSyncOf(call), call)),
};

/** A threshold of 0 clears it; a lag cannot be negative. */
function merge(sync: Sync, { body }: ApiRequest): Sync['errorHandling'] {
  if (Number(body.ingestion_failure_threshold ?? 0) < 0) {
    throw new ApiFailure(400, 'body.ingestion_failure_threshold: expected a number from 0 up');
  }
  const cleared = body.ingestion_failure_threshold === 0 ? { ingestion_failure_threshold: null } : {};
  sync.errorHandling = { ...sync.errorHandling, ...body, ...cleared };
  return sync.errorHandling;
}
