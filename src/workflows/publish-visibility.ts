/** Writes search attributes and memo of a workflow of ours. */
import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { openCancellationMemo } from '../contracts/cancellation';
import { resultMemo } from '../contracts/search-attributes';
import { openCancellation } from './engine/results';
import type { EngineState } from './engine/state';
import { summaryOf, visibilityOf } from './engine/visibility';

const syncId = defineSearchAttributeKey('PolytomicSyncId', 'KEYWORD_LIST');
const organization = defineSearchAttributeKey('PolytomicOrganization', 'KEYWORD');
const outcome = defineSearchAttributeKey('PolytomicOutcome', 'KEYWORD');

/** Of a cancelled workflow, what could not be confirmed; whether the operator has switched anything on or not. */
export function publishOpenCancellation(state: EngineState): void {
  const open = openCancellation(state);
  if (open) upsertMemo({ [openCancellationMemo]: open });
}

/** What a run publishes; it remembers what was published, so that only changes become history events. */
export class VisibilityPublisher {
  #published = '';

  /** The worker that read the input decides: what it answered is in history, so a replay does the same. */
  publish(state: EngineState, isOver = false): void {
    if (!state.settings.setup.searchAttributes) return;
    const values = visibilityOf(state, isOver);
    const text = JSON.stringify(values);
    if (text !== this.#published) {
      this.#published = text;
      upsertSearchAttributes([
        { key: organization, value: values.organization },
        ...(values.syncIds.length > 0 ? [{ key: syncId, value: values.syncIds }] : []),
        ...(values.outcome === null ? [] : [{ key: outcome, value: values.outcome }]),
      ]);
    }
    const summary = isOver ? summaryOf(state) : null;
    if (summary) upsertMemo({ [resultMemo]: summary });
  }
}
