/** Inputs with half of a surrogate pair, which JSON can write and Temporal's protocol cannot. */
import { expect, it } from '@jest/globals';
import { parseAwaitSyncInput } from '../../../src/inputs/await-sync-input';
import { isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseOperationInput } from '../../../src/inputs/operation-input';
import { parseFanOutInput, parsePipelineInput } from '../../../src/inputs/parse-fan-out-input';
import { parseRunInput } from '../../../src/inputs/parse-run-input';

const half = '\ud83d';

function fieldsOf(parse: () => unknown): Record<string, string> {
  try {
    parse();
  } catch (error) {
    if (isInvalidInputError(error))
      return Object.fromEntries(error.issues.map(({ field, message }) => [field, message]));
    throw error;
  }
  return {};
}

it.each([
  ['the id of a sync', 'syncId', () => parseRunInput('runBulkSync', { syncId: half })],
  ['an organization', 'organization', () => parseRunInput('runModelSync', { syncId: 'a', organization: half })],
  [
    'what is to be created',
    'sync.label',
    () => parseRunInput('createAndRunModelSync', { sync: { name: 'a', label: half } }),
  ],
  ['the id of a step', 'steps[0].id', () => parsePipelineInput({ steps: [{ id: half, kind: 'bulk', syncId: 'x' }] })],
  ['an id of a filter', 'filter.ids[1]', () => parseFanOutInput('runAllBulkSyncs', { filter: { ids: ['a', half] } })],
  ['a name of a target', 'notify[0]', () => parseFanOutInput('runAllModelSyncs', { notify: [half] })],
  ['what is awaited', 'executionId', () => parseAwaitSyncInput({ kind: 'bulk', syncId: 'a', executionId: half })],
  ['a request of an operation', 'id', () => parseOperationInput('bulkSync.get', { id: half })],
])('are refused for %s, which is named', (_what, field, parse) => {
  expect(fieldsOf(parse)).toEqual({ [field]: 'expected valid Unicode, found half of a surrogate pair' });
});

it('are refused for the name of a field', () => {
  const fields = fieldsOf(() => parseOperationInput('bulkSync.get', { id: 'a', [half]: 1 }));
  expect(fields).toEqual({ [half]: 'expected valid Unicode, found half of a surrogate pair' });
});

it('are taken with whole pairs', () => {
  expect(fieldsOf(() => parsePipelineInput({ steps: [{ id: '\u{1f600}', kind: 'bulk', syncId: 'x' }] }))).toEqual({});
});
