/** What a preview says of a fan-out before anybody is asked. */
import { expect, it } from '@jest/globals';
import { previewText } from '../../../src/cli/run/preview';
import { noteListed } from '../../../src/workflows/engine/queue';
import { fanOutResult } from '../../../src/workflows/engine/results';
import { applyEvent } from '../../../src/workflows/engine/apply';
import { step } from '../../../src/workflows/engine/step';
import { began, fanOutState, listOf } from '../workflows/engine/support';

it('counts no sync that is not there as one that would run, and says why', () => {
  const state = fanOutState({ dryRun: true, filter: { ids: ['a', 'b', 'gone'] } });
  const [list] = step(state, began, { workflowId: 'w', runId: 'r' }).commands;
  const result = { ...listOf(['a', 'b']), missing: ['gone'] };
  applyEvent(state, { type: 'answered', id: list?.id ?? '', result }, began);
  const text = previewText(fanOutResult(state));
  expect(text).toMatch(/^2 syncs would run, /);
  expect(text).toContain('1 would fail:\n  gone: polytomic.NotFound');
});

it('counts all where all are there', () => {
  const state = fanOutState({ dryRun: true });
  noteListed(state, listOf(['a', 'b']), began);
  expect(previewText(fanOutResult(state)).split('\n')).toEqual([
    expect.stringMatching(/^2 syncs would run, /),
    '  Sync a',
    '  Sync b',
  ]);
});

it('has no list to announce where nothing would run', () => {
  const state = fanOutState({ dryRun: true });
  noteListed(state, listOf([]), began);
  expect(previewText(fanOutResult(state))).toBe('No sync would run.');
});
