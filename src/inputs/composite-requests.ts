/** The shape of what each composite activity takes, and how a request is parsed. */
import type { z } from 'zod';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { InspectionActivities } from '../contracts/inspection';
import type { ProvisionActivities } from '../contracts/provision-activities';
import { checkPolytomicSetupInput } from './inspection';
import { InvalidInputError } from './invalid-input-error';
import { listSyncsRequest } from './list-syncs-request';
import { notifyProvisioningRequest, notifyRequest } from './notify-requests';
import * as past from './past-run-requests';
import * as provision from './provision-requests';
import * as run from './run-requests';
import * as set from './set-requests';
import { toInputIssues } from './to-input-issues';

type Composites = CompositeActivities & InspectionActivities & ProvisionActivities;

/** Every composite activity. */
export type CompositeName = keyof Composites;

/** What a composite activity takes. */
export type RequestOf<N extends CompositeName> = Parameters<Composites[N]>[0];

/** Inputs of workflows, which are parsed with shapes of their own, pass as they are. */
export const compositeRequests: { readonly [N in CompositeName]: () => z.ZodType<RequestOf<N>> } = {
  prepareRuns: run.prepareRunsRequest,
  prepareAwaitSync: run.prepareAwaitSyncRequest,
  readSetup: run.readSetupRequest,
  createSyncs: run.createSyncsRequest,
  startExecutions: run.startExecutionsRequest,
  awaitExecutions: run.awaitExecutionsRequest,
  awaitNextRun: run.awaitNextRunRequest,
  awaitIngestion: run.awaitIngestionRequest,
  cancelExecutions: run.cancelExecutionsRequest,
  readPastRecords: past.readPastRecordsRequest,
  readLastRuns: past.readLastRunsRequest,
  checkSetup: checkPolytomicSetupInput,
  listSyncs: listSyncsRequest,
  notify: notifyRequest,
  notifyProvisioning: notifyProvisioningRequest,
  prepareProvision: provision.prepareProvisionRequest,
  readSet: set.setRefRequest,
  acquireSet: set.acquireSetRequest,
  awaitSet: set.awaitSetRequest,
  changeSet: set.changeSetRequest,
  releaseSet: set.releaseSetRequest,
  findObjects: provision.findObjectsRequest,
  planObjects: provision.planObjectsRequest,
  hashPlan: provision.hashPlanRequest,
  applyObjects: provision.applyObjectsRequest,
  awaitObjects: provision.awaitObjectsRequest,
  activateSyncs: provision.activateSyncsRequest,
  deleteObjects: provision.deleteObjectsRequest,
  exportObjects: provision.exportObjectsRequest,
  changeSchedule: provision.changeScheduleRequest,
};

/**
 * What is posted to servers of others may not hold anything that this worker does not know, and `checkSetup` takes what the
 * caller of its workflow wrote.
 */
const strict: readonly CompositeName[] = ['notify', 'notifyProvisioning', 'checkSetup'];

/**
 * A field that is not known may come from workflow code of a newer version while workers are being replaced: another worker
 * may know it, so that the error is not final where nothing else is wrong.
 *
 * @throws InvalidInputError that names every bad field
 */
export function parseRequest<N extends CompositeName>(name: N, request: unknown): RequestOf<N> {
  const result = compositeRequests[name]().safeParse(request, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const mayBeNewer = !strict.includes(name) && issues.every(({ code }) => code === 'unrecognized_keys');
  throw new InvalidInputError(name, toInputIssues(issues), { isFinal: !mayBeNewer });
}
