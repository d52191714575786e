/** Whether records are logged, and where the logs are delivered to. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, type Answer, type ApiRequest, type Handlers } from '../http/api-request';

/** Handlers of `organization.getRecordLogging` and its update. */
export const recordLoggingRoutes: Handlers = {
  'organization.getRecordLogging': (call) => settings(call),
  'organization.updateRecordLogging': (call) => {
    const { enabled, deliveryConnectionId: id, deliveryPrefix: prefix } = call.body;
    const { account, connections } = call.organization;
    if (typeof id === 'string' && !connections.has(id)) throw notFound('connection', id);
    if (typeof prefix === 'string' && typeof id !== 'string') {
      throw new ApiFailure(422, 'body.deliveryPrefix: only together with deliveryConnectionId');
    }
    account.recordLogging = { enabled, deliveryConnectionId: id ?? undefined, deliveryPrefix: prefix ?? undefined };
    return settings(call);
  },
};

/** The connection's name is absent once the connection was deleted. */
function settings({ organization: { account, connections } }: ApiRequest): Answer {
  const { recordLogging } = account;
  const connection = connections.get(String(recordLogging.deliveryConnectionId));
  return data({ ...recordLogging, deliveryConnectionName: connection?.name });
}
