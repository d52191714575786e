/** All activities of a worker, by their registered names. */
import type { CompositeActivities } from '../contracts/composite-activities';
import { activityPrefix, jobsPrefix } from '../contracts/names';
import type { InspectionActivities } from '../contracts/inspection';
import type { ProvisionActivities } from '../contracts/provision-activities';
import type { RequestActivity } from '../contracts/raw-request';
import { createClientIngestionWatcher } from '../executions/ingestion/ingestion-watcher';
import { createClientRunFinder } from '../executions/next-run/run-finder';
import type { CompositeName } from '../inputs/composite-requests';
import { createClientReads, createClientWatcher } from '../executions/watcher/client-watcher';
import type { ReadScheduler } from '../executions/reads/read-scheduler';
import { createAwaitExecutions } from './await-executions';
import { createAwaitNextRun } from './await-next-run';
import { createAwaitIngestion } from './await-ingestion';
import { createCancelExecutions } from './cancel-executions';
import { composite, withManyRequests } from './composite';
import { createCreateSyncs } from './create-syncs';
import type { ActivityDependencies, Organization } from './dependencies';
import type { Activity } from './guarded';
import { guardClient } from './guard-client';
import { createInspectionActivities } from './inspection';
import { createListSyncs } from './list-syncs';
import { createJobActivities } from './long-jobs';
import type { JobActivities } from './long-jobs/signatures';
import { createOperationActivities } from './operations';
import { createNotify } from './notify';
import { OperationBudget } from './operation-budget';
import { createPrepareAwaitSync } from './prepare-await-sync';
import { createPrepareRuns } from './prepare-runs';
import { createProvisionActivities } from './provision';
import { createRequest } from './request';
import { createReadPastRecords } from './read-past-records';
import { createStartExecutions } from './start-executions';

/** Activities by name, as a worker takes them (`Object.entries`, so a class instance would register nothing). */
export type Activities = Record<string, Activity<never, unknown>>;

/** What a worker registers. */
export interface PolytomicActivities {
  /** For the worker's own task queue. */
  activities: Activities;
  /** For the wait task queue. */
  waitActivities: Activities;
  /** Says that an execution may have ended, so that it is read at once if this process waits for it. */
  hint: (organization: string, executionId: string) => void;
}

/** Makes the activities; one watcher and one finder for each organization serve all waits of this process. */
export function createActivities(given: ActivityDependencies): PolytomicActivities {
  const deps = { ...given, organizations: guardedOrganizations(given.organizations) };
  const budget = new OperationBudget();
  const readsOf = onePerOrganization((organization) => createReads(organization, deps));
  const watcherOf = onePerOrganization((one) => createClientWatcher(one.client, readsOf(one)));
  const finderOf = onePerOrganization((one) => createClientRunFinder(one.client, readsOf(one)));
  const ingestionsOf = onePerOrganization((one) => createClientIngestionWatcher(one.client, readsOf(one)));
  const ofRuns: Omit<CompositeActivities, 'awaitExecutions' | 'awaitNextRun' | 'awaitIngestion'> = {
    prepareRuns: createPrepareRuns(deps),
    createSyncs: createCreateSyncs(deps),
    startExecutions: createStartExecutions(deps),
    cancelExecutions: createCancelExecutions(deps),
    listSyncs: createListSyncs(deps),
    readPastRecords: createReadPastRecords(deps),
    notify: createNotify(deps),
    prepareAwaitSync: createPrepareAwaitSync(deps),
    readSetup: async () => deps.setup,
  };
  const provisioning = createProvisionActivities(deps);
  return {
    activities: {
      ...createOperationActivities(deps, budget),
      ...registered({ request: createRequest(deps, budget) }, activityPrefix),
      ...registered(createJobActivities(deps), activityPrefix + jobsPrefix),
      ...composites(ofRuns),
      ...composites(createInspectionActivities(deps)),
      ...composites(provisioning.activities),
    },
    waitActivities: composites({
      awaitExecutions: createAwaitExecutions(deps, watcherOf),
      awaitNextRun: createAwaitNextRun(deps, finderOf),
      awaitIngestion: createAwaitIngestion(deps, ingestionsOf),
      ...provisioning.waits,
    }),
    hint: (name, executionId) => {
      const organization = deps.organizations.get(name);
      if (organization) watcherOf(organization).hint(executionId);
    },
  };
}

/** Each organization with a client that checks what is allowed. */
function guardedOrganizations(organizations: ActivityDependencies['organizations']): ReadonlyMap<string, Organization> {
  const guardedOnes = [...organizations].map(([name, organization]) => {
    return [name, { ...organization, client: guardClient(organization) }] as const;
  });
  return new Map(guardedOnes);
}

/** What all activities of an organization share in this process. */
function onePerOrganization<T>(create: (organization: Organization) => T): (organization: Organization) => T {
  const created = new Map<string, T>();
  return (organization) => {
    const one = created.get(organization.name) ?? create(organization);
    created.set(organization.name, one);
    return one;
  };
}

function createReads(
  organization: Organization,
  { log, onPoll }: Pick<ActivityDependencies, 'log' | 'onPoll'>,
): ReadScheduler {
  const { client, requestsPerMinute } = organization;
  const allows = (name: string): boolean => organization.allows(name);
  return createClientReads({ client, requestsPerMinute, allows, log, ...(onPoll && { onPoll }) });
}

/** Each parses what it gets with its shape. */
function composites(activities: Partial<CompositeActivities & InspectionActivities & ProvisionActivities>): Activities {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      activityPrefix + name,
      composite(name as CompositeName, activity as Activity<unknown, unknown>),
    ]),
  );
}

/** These parse what they get themselves: it is what an operation takes. */
function registered(activities: RequestActivity | JobActivities, prefix: string): Activities {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      prefix + name,
      withManyRequests(name, activity as Activity<unknown, unknown>),
    ]),
  );
}
