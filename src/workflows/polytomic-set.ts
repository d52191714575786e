/** The workflow `polytomicSet`: the record of one set, which stays open and costs nothing while idle. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  setClaimsMemo,
  setRecordQueryName,
  setRecordUpdateName,
  type SetAnswer,
  type SetMessage,
  type SetRecord,
} from '../contracts/provision-record';
import { toMarkdownCode, toShownTime } from '../rules/markdown';
import { checkSetMessage, checkSetName } from '../rules/provision/check-set-message';
import { changeRecord, claimedIds, newSetRecord } from '../rules/provision/set-record';
import { refuseInvalid } from './refuse-invalid';

const recordQuery = defineQuery<SetRecord>(setRecordQueryName);
const changeUpdate = defineUpdate<SetAnswer, [SetMessage]>(setRecordUpdateName);

/** Keeps the record through continue-as-new. Started by provisioning itself; it has no end of its own. */
export async function polytomicSet(named: { organization: string; set: string }, carried?: SetRecord): Promise<void> {
  const { continuedFromExecutionRunId } = workflowInfo();
  refuseInvalid('input', () => checkSetName(named));
  // What a caller hands in is no record.
  const isCarried = carried !== undefined && continuedFromExecutionRunId !== undefined;
  let record = isCarried ? carried : newSetRecord(named.organization, named.set);
  let claims: string[] = [];
  const publishClaims = (): void => {
    const now = claimedIds(record);
    if (now.join() === claims.join()) return;
    claims = now;
    upsertMemo({ [setClaimsMemo]: claims });
  };
  publishClaims();
  setHandler(recordQuery, () => record, { description: 'What the set owns, and who holds its lock.' });
  setHandler(
    changeUpdate,
    (message) => {
      const changed = changeRecord(record, message);
      record = changed.record;
      publishClaims();
      setCurrentDetails(describe(record));
      return changed.answer;
    },
    {
      validator: (message: unknown) => refuseInvalid('message', () => checkSetMessage(message)),
      description: 'A message of a run of apply or destroy.',
    },
  );
  await condition(() => workflowInfo().continueAsNewSuggested && allHandlersFinished());
  await continueAsNew<typeof polytomicSet>(named, record);
}

/** Markdown for the Temporal UI. */
function describe({ set, objects, intents, holder, version }: SetRecord): string {
  const open = Object.keys(intents).length;
  return [
    `**Set** ${toMarkdownCode(set)}, version ${version}: ${Object.keys(objects).length} objects`,
    '',
    ...(open > 0 ? [`- ${open} creates without a known outcome`] : []),
    holder
      ? `- held by ${toMarkdownCode(holder.workflowId)} (${holder.mode}) since ${toShownTime(holder.since)}`
      : '- not held',
  ].join('\n');
}
