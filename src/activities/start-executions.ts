/** `startExecutions`: starts each item once, one careful step a try; Temporal waits between the tries. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities, StartedItem, StartItem } from '../contracts/composite-activities';
import { adapterFor } from '../executions/adapter-for';
import { startOnce } from '../executions/start';
import type { TryNote } from '../executions/try-note';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies } from './dependencies';
import { stepThrough } from './step-through';

/** Makes the activity. Answers per item; only what concerns all items (an operation not allowed) is thrown. */
export function createStartExecutions(deps: ActivityDependencies): CompositeActivities['startExecutions'] {
  return async ({ organization: name, items }) => {
    const organization = organizationOf(deps, name);
    for (const { kind, activate } of items)
      requireSteps(organization, kind, activate ? ['start', 'activate'] : ['start']);
    return stepThrough<StartItem, TryNote, StartedItem>(Context.current(), items, (item, step) =>
      startOnce({ adapter: adapterFor(item.kind, organization.client), item, ...step }),
    );
  };
}
