/** `createSyncs`: one try of each create. Only the workflow repeats it, as it alone knows of all tries. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { CreateItem, CreateOutcome } from '../contracts/starts';
import { adapterFor } from '../executions/adapter-for';
import { fitOutcomes } from '../executions/compact-outcomes';
import { createOnce } from '../executions/create-once';
import { operations } from '../polytomic/operations';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { allUnsent, postItems, tooManyItems } from './post-items';

/** More would not fit into an answer. */
const maxItems = 100;

/** Makes the activity. The client resolves secrets, inside the activity, so that no history holds them. */
export function createCreateSyncs(deps: ActivityDependencies): CompositeActivities['createSyncs'] {
  return async ({ organization: name, items, errorText = 'include' }) => {
    if (items.length > maxItems) throw ApplicationFailure.create(tooManyItems(maxItems));
    let organization: Organization;
    try {
      organization = organizationOf(deps, name, 'createSyncs');
      for (const { kind } of items) requireSteps(organization, kind, ['list', 'create']);
    } catch (error) {
      return allUnsent(items, error);
    }
    const outcomes = await postItems<CreateItem, CreateOutcome>({
      ...{ context: Context.current(), organization, items, errorText },
      tryItem: async (attempt, item) => {
        // A secret that cannot be had here is told before the try counts as one that may have taken effect.
        await organization.client.secretsOf(operations[`${item.kind}Sync`].create, item.sync);
        return createOnce(attempt, { adapter: adapterFor(item.kind, organization.client), item });
      },
    });
    return fitOutcomes(outcomes, errorText);
  };
}
