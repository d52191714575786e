/** All activities of a worker, by their registered names. */
import type { CompositeActivities } from '../contracts/composite-activities';
import { activityPrefix, jobsPrefix } from '../contracts/names';
import type { RequestActivity } from '../contracts/raw-request';
import { createClientRunFinder } from '../executions/next-run/client-run-finder';
import type { RunFinder } from '../executions/next-run/run-finder';
import { createClientWatcher } from '../executions/watcher/client-watcher';
import type { ExecutionWatcher } from '../executions/watcher/execution-watcher';
import { createAwaitExecutions } from './await-executions';
import { createAwaitNextRun } from './await-next-run';
import { createCancelExecutions } from './cancel-executions';
import { composite } from './composite';
import { createCreateSyncs } from './create-syncs';
import type { ActivityDependencies, ActivityLog, Organization } from './dependencies';
import type { Activity } from './guarded';
import { guardClient } from './guard-client';
import { createListSyncs } from './list-syncs';
import { createJobActivities } from './long-jobs';
import type { JobActivities } from './long-jobs/signatures';
import { createOperationActivities } from './operations';
import { createNotify } from './notify';
import { OperationBudget } from './operation-budget';
import { createPrepareAwaitSync } from './prepare-await-sync';
import { createPrepareRuns } from './prepare-runs';
import { createRequest } from './request';
import { createStartExecutions } from './start-executions';

/** Activities by name, as a worker takes them (`Object.entries`, so a class instance would register nothing). */
export type Activities = Record<string, Activity<never, unknown>>;

/** What a worker registers. */
export interface PolytomicActivities {
  /** For the worker's own task queue. */
  activities: Activities;
  /** For the wait task queue. */
  waitActivities: Activities;
}

/** Makes the activities; one watcher and one finder for each organization serve all waits of this process. */
export function createActivities(given: ActivityDependencies): PolytomicActivities {
  const deps = { ...given, organizations: guardedOrganizations(given.organizations) };
  const budget = new OperationBudget();
  const watcherOf = onePerOrganization((organization) => createWatcher(organization, deps.log));
  const finderOf = onePerOrganization((organization) => createFinder(organization, watcherOf(organization)));
  const composites: Omit<CompositeActivities, 'awaitExecutions' | 'awaitNextRun'> = {
    prepareRuns: createPrepareRuns(deps),
    createSyncs: createCreateSyncs(deps),
    startExecutions: createStartExecutions(deps),
    cancelExecutions: createCancelExecutions(deps),
    listSyncs: createListSyncs(deps),
    notify: createNotify(deps),
    prepareAwaitSync: createPrepareAwaitSync(deps),
  };
  return {
    activities: {
      ...createOperationActivities(deps, budget),
      ...registered({ request: createRequest(deps, budget) }),
      ...registered(createJobActivities(deps), activityPrefix + jobsPrefix),
      ...registered(composites),
    },
    waitActivities: registered({
      awaitExecutions: createAwaitExecutions(deps, watcherOf),
      awaitNextRun: createAwaitNextRun(deps, finderOf),
    }),
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

function createWatcher(organization: Organization, log: ActivityLog): ExecutionWatcher {
  const { client, requestsPerMinute } = organization;
  const allows = (operation: string): boolean => organization.allows(operation);
  return createClientWatcher({ client, requestsPerMinute, allows, log });
}

/** Both spend of one budget. */
function createFinder(organization: Organization, watcher: ExecutionWatcher): RunFinder {
  const { client, requestsPerMinute } = organization;
  return createClientRunFinder({
    ...{ client, requestsPerMinute },
    allows: (operation) => organization.allows(operation),
    onRequest: () => watcher.countRequest(),
  });
}

function registered(
  activities: Partial<CompositeActivities & RequestActivity & JobActivities>,
  prefix = activityPrefix,
): Activities {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      prefix + name,
      composite(name, activity as Activity<unknown, unknown>),
    ]),
  );
}
