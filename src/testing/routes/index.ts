/** Which handler answers which operation. */
import type { Handlers } from '../call';
import { accountRoutes } from './account';
import { bulkExecutionRoutes } from './bulk-executions';
import { bulkSyncRoutes } from './bulk-syncs';
import { modelExecutionRoutes } from './model-executions';
import { modelSyncRoutes } from './model-syncs';

/** Handlers by operation id. */
export const handlers: Handlers = {
  ...modelSyncRoutes,
  ...modelExecutionRoutes,
  ...bulkSyncRoutes,
  ...bulkExecutionRoutes,
  ...accountRoutes,
};
