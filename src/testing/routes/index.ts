/** Which handler answers which operation. */
import type { Handlers } from '../http/api-request';
import { bulkExecutionRoutes } from './bulk-executions';
import { bulkScheduleRoutes } from './bulk-schedules';
import { bulkSchemaRoutes } from './bulk-schemas';
import { bulkSyncRoutes } from './bulk-syncs';
import { connectRoutes } from './connect';
import { connectionTypeRoutes } from './connection-types';
import { connectionRoutes } from './connections';
import { consoleLogRoutes } from './console-logs';
import { entityRoutes } from './entities';
import { errorHandlingRoutes } from './error-handling';
import { eventRoutes } from './events';
import { identityRoutes } from './identity';
import { jobRoutes } from './jobs';
import { logRoutes } from './logs';
import { modelExecutionRoutes } from './model-executions';
import { modelSampleRoutes } from './model-samples';
import { modelSyncRoutes } from './model-syncs';
import { modelRoutes } from './models';
import { notificationRoutes } from './notifications';
import { organizationRoutes } from './organizations';
import { policyRoutes } from './policies';
import { recordLoggingRoutes } from './record-logging';
import { proxyRoutes } from './proxy';
import { queryRoutes } from './queries';
import { roleRoutes } from './roles';
import { schemaRoutes } from './schemas';
import { sharedConnectionRoutes } from './shared-connections';
import { sourceAndTargetRoutes } from './sources-and-targets';
import { temporaryCredentialRoutes } from './temporary-credentials';
import { userRoutes } from './users';
import { webhookRoutes } from './webhooks';

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
  ...connectionRoutes,
  ...connectionTypeRoutes,
  ...connectRoutes,
  ...proxyRoutes,
  ...schemaRoutes,
  ...modelRoutes,
  ...queryRoutes,
  ...modelSampleRoutes,
  ...jobRoutes,
  ...eventRoutes,
  ...identityRoutes,
  ...organizationRoutes,
  ...recordLoggingRoutes,
  ...userRoutes,
  ...roleRoutes,
  ...policyRoutes,
  ...temporaryCredentialRoutes,
  ...notificationRoutes,
  ...webhookRoutes,
  ...sharedConnectionRoutes,
};
