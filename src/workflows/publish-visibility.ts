/** Writes search attributes and memo of a workflow of ours, where the operator has switched them on. */
import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { resultMemo } from '../contracts/search-attributes';
import type { EngineState } from './engine/state';
import { summaryOf, visibilityOf } from './engine/visibility';

const syncId = defineSearchAttributeKey('PolytomicSyncId', 'KEYWORD_LIST');
const organization = defineSearchAttributeKey('PolytomicOrganization', 'KEYWORD');
const outcome = defineSearchAttributeKey('PolytomicOutcome', 'KEYWORD');

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
