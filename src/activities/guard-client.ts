/** The client that activities get: it performs what the operator allowed, whichever activity asks. */
import type { Calls, PolytomicClient } from '../polytomic/client';
import type { CallOptions } from '../polytomic/call';
import { mapOperations } from '../polytomic/operation';
import { operations } from '../polytomic/operations';
import { rawRequestName } from '../polytomic/raw-request';
import { hasOperation } from '../polytomic/operation-versions';
import { parseApiVersion } from '../polytomic/versions';
import { NotAllowedError, requireOperation } from './allowed';
import type { Organization } from './dependencies';

type Call = (input: unknown, options?: CallOptions) => Promise<unknown>;

/** Whose operation a job does the work of: whoever may not perform it may not read its result either. */
const operationsOfJobs: Readonly<Record<string, string>> = {
  createmodel: 'models.get',
  updatemodel: 'models.get',
  previewmodel: 'models.preview',
  samplemodel: 'models.sample',
  exportlogs: 'bulkSync.executions.exportLogs',
  connectionproxy: 'connections.executeProxy',
};

/**
 * A client whose every method first checks the policy of its organization, so that no activity can forget to. There is one
 * exception: where the API version can cancel a model sync only as a whole, the right to cancel a run includes that, as
 * the activities cancel a sync only while their own run is its current one.
 *
 * Each method rejects with a NotAllowedError before anything is sent.
 */
export function guardClient(organization: Organization): PolytomicClient {
  const { client } = organization;
  const methods = mapOperations(operations, (name) => {
    const method = methodOf(client, name);
    const guardedMethod: Call = async (input, options) => {
      for (const needed of operationsNeeded(name, input)) requireAllowed(organization, needed);
      return method(input, options);
    };
    return Object.assign(guardedMethod, method);
  });
  const request: PolytomicClient['request'] = async (input, options) => {
    requireOperation(organization, rawRequestName);
    return client.request(input, options);
  };
  return { ...client, ...methods, request };
}

/** The method of an operation, by its dotted name. */
export function methodOf(client: Calls<typeof operations>, name: string): Call {
  const found = name.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], client);
  return found as Call;
}

function operationsNeeded(name: string, input: unknown): string[] {
  if (name !== 'jobs.get') return [name];
  const type = String((input as { type?: unknown } | undefined)?.type);
  // What is not known may hold anything.
  return [name, (Object.hasOwn(operationsOfJobs, type) && operationsOfJobs[type]) || rawRequestName];
}

function requireAllowed(organization: Organization, operation: string): void {
  if (organization.allows(operation) || isOnlyWayToCancel(organization, operation)) return;
  organization.onRefused?.(operation);
  throw new NotAllowedError(operation, organization.name);
}

function isOnlyWayToCancel(organization: Organization, operation: string): boolean {
  const { cancel } = operations.modelSync.executions;
  return (
    operation === operations.modelSync.cancel.name &&
    !hasOperation(cancel, parseApiVersion(organization.client.apiVersion)) &&
    organization.allows(cancel.name)
  );
}
