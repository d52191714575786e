/** Which handler answers which operation. */
import type { Handlers } from '../call';
import { accountRoutes } from './account';
import { bulkExecutionRoutes } from './bulk-executions';
import { bulkScheduleRoutes } from './bulk-schedules';
import { bulkSchemaRoutes } from './bulk-schemas';
import { bulkSyncRoutes } from './bulk-syncs';
import { consoleLogRoutes } from './console-logs';
import { entityRoutes } from './entities';
import { errorHandlingRoutes } from './error-handling';
import { eventRoutes } from './events';
import { identityRoutes } from './identity';
import { logRoutes } from './logs';
import { modelExecutionRoutes } from './model-executions';
import { modelSyncRoutes } from './model-syncs';
import { sourceAndTargetRoutes } from './sources-and-targets';

/** Handlers by operation id. */
export const handlers: Handlers = {
  ...modelSyncRoutes,
  ...modelExecutionRoutes,
  ...bulkSyncRoutes,
  ...bulkExecutionRoutes,
  ...bulkSchemaRoutes,
  ...bulkScheduleRoutes,
  ...entityRoutes,
  ...errorHandlingRoutes,
  ...logRoutes,
  ...consoleLogRoutes,
  ...sourceAndTargetRoutes,
  ...accountRoutes,
  ...eventRoutes,
  ...identityRoutes,
};
