/** `createSyncs`: creates each sync once, or finds the one that bears its name. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities, CreatedSync, CreateSyncItem, ItemFailure } from '../contracts/composite-activities';
import { adapterFor } from '../executions/adapter-for';
import { createOnce } from '../executions/create-once';
import type { TryNote } from '../executions/try-note';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies } from './dependencies';
import { stepThrough } from './step-through';

type Result = { created: CreatedSync } | { failure: ItemFailure };

/** Makes the activity. Secrets are resolved here, inside the activity, so that no history holds them. */
export function createCreateSyncs(deps: ActivityDependencies): CompositeActivities['createSyncs'] {
  return async ({ organization: name, items }) => {
    const organization = organizationOf(deps, name);
    for (const { kind, adopt } of items) {
      requireSteps(organization, kind, adopt === 'byName' ? ['create', 'list', 'activate'] : ['create']);
    }
    const results = await stepThrough<CreateSyncItem, TryNote, Result>({
      context: Context.current(),
      items,
      takeStep: async (item, input) => {
        const withSecrets = { ...item, sync: await deps.resolveSecrets(item.sync) };
        const step = await createOnce({
          adapter: adapterFor(item.kind, organization.client),
          item: withSecrets,
          ...input,
        });
        if ('again' in step) return step;
        return { done: 'done' in step ? { created: step.done } : { failure: step.failed } };
      },
    });
    return results.map(createdOf);
  };
}

function createdOf(result: Result): CreatedSync {
  if ('created' in result) return result.created;
  const { type, message, nonRetryable } = result.failure;
  throw ApplicationFailure.create({ type, message, nonRetryable });
}
