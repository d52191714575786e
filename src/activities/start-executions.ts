/** `startExecutions`: starts each item once, one careful step a try; Temporal waits between the tries. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities, StartedItem, StartItem } from '../contracts/composite-activities';
import { adapterFor } from '../executions/adapter-for';
import { startOnce } from '../executions/start';
import type { TryNote } from '../executions/try-note';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies } from './dependencies';
import { stepThrough } from './step-through';

/**
 * Makes the activity. Answers per item; only what concerns all items (an operation not allowed) is thrown. What an earlier
 * activity gave back goes in again with the item; one that was given up without a word counts as an unanswered try.
 */
export function createStartExecutions(deps: ActivityDependencies): CompositeActivities['startExecutions'] {
  return async ({ organization: name, items, oneStep = false }) => {
    const organization = organizationOf(deps, name);
    for (const { kind, activate } of items)
      requireSteps(organization, kind, activate ? ['start', 'activate'] : ['start']);
    return stepThrough<StartItem, TryNote, StartedItem>({
      context: Context.current(),
      items,
      takeStep: (item, { note, unansweredTry, onNote }) =>
        startOnce({
          adapter: adapterFor(item.kind, organization.client),
          item,
          note: note ?? item.note ?? null,
          unansweredTry: unansweredTry || item.unsure === true,
          onNote,
        }),
      giveBack: oneStep ? ({ note, cause }) => ({ state: 'again', note, failure: cause }) : undefined,
    });
  };
}
