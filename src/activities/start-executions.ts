/** `startExecutions`: one try of each start. Only the workflow repeats it, as it alone knows of all tries. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { StartItem, StartOutcome } from '../contracts/starts';
import { adapterFor } from '../executions/adapter-for';
import { fitOutcomes } from '../executions/compact-outcomes';
import { ConnectionHealth } from '../executions/connection-health';
import { startOnce } from '../executions/start-once';
import { organizationOf, requireConnections, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { allUnsent, postItems, tooManyItems } from './post-items';

/** More would not fit into an answer. */
const maxItems = 100;

/** Makes the activity. It answers an outcome for every item, whatever happens once it has begun to post. */
export function createStartExecutions(deps: ActivityDependencies): CompositeActivities['startExecutions'] {
  return async ({ organization: name, items, errorText = 'include' }) => {
    if (items.length > maxItems) throw ApplicationFailure.create(tooManyItems(maxItems));
    let organization: Organization;
    try {
      organization = allowedOrganization(deps, name, items);
    } catch (error) {
      return allUnsent(items, error);
    }
    const { client } = organization;
    const health = new ConnectionHealth({
      ...{ client, errorText },
      warn: (message, attributes) => deps.log.warn(message, { organization: name, ...attributes }),
    });
    const outcomes = await postItems<StartItem, StartOutcome>({
      ...{ context: Context.current(), organization, items, errorText },
      tryItem: (attempt, item) => startOnce(attempt, { adapter: adapterFor(item.kind, client), item, health }),
    });
    return fitOutcomes(outcomes, errorText);
  };
}

/** @throws where this worker has no such organization, or may not do what the items need */
function allowedOrganization(deps: ActivityDependencies, name: string, items: readonly StartItem[]): Organization {
  const organization = organizationOf(deps, name, 'startExecutions');
  for (const { kind, activate, key, checkConnections } of items) {
    requireSteps(organization, kind, ['read', ...(key === null ? [] : (['start'] as const))]);
    if (activate) requireSteps(organization, kind, ['activate']);
    if (checkConnections) requireConnections(organization, kind);
  }
  return organization;
}
