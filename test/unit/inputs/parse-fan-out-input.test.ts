/** Inputs of fan-outs and pipelines: defaults, and every bad field named. */
import { describe, expect, it } from '@jest/globals';
import { isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseFanOutInput, parsePipelineInput } from '../../../src/inputs/parse-fan-out-input';

/** What is wrong, by field. */
function issuesOf(parse: () => unknown): Record<string, string> {
  try {
    parse();
  } catch (error) {
    if (!isInvalidInputError(error)) throw error;
    return Object.fromEntries(error.issues.map(({ field, message }) => [field, message]));
  }
  throw new Error('The input was accepted.');
}

const ofBulk = (input: unknown): Record<string, string> => issuesOf(() => parseFanOutInput('runAllBulkSyncs', input));
const ofPipeline = (steps: unknown): Record<string, string> => issuesOf(() => parsePipelineInput({ steps }));

/** Bulk steps from `{ b: ['a'] }`: b comes after a. */
const stepsOf = (after: Record<string, string[]>): object[] =>
  Object.entries(after).map(([id, names]) => ({ id, kind: 'bulk', syncId: `sync-${id}`, after: names }));

describe('parseFanOutInput', () => {
  it('applies every default', () => {
    expect(parseFanOutInput('runAllModelSyncs', {})).toMatchObject({
      kind: 'model',
      organization: 'default',
      options: { startedAfter: null, start: {}, ifInactive: 'fail', retryFailedSchemas: 0, timeoutMs: 604_800_000 },
      fanOut: {
        filter: {},
        shard: null,
        maxConcurrent: 20,
        maxConcurrentPerConnection: null,
        startsPerMinute: null,
        failurePolicy: 'continue',
        timeoutPerSyncMs: null,
        dryRun: false,
        notify: [],
      },
    });
  });

  it('takes every field', () => {
    const asked = {
      filter: { active: null, ids: ['a'], name: 'Lake*', exclude: ['*test'], connectionIds: ['c'] },
      shard: { index: 1, of: 4 },
      maxConcurrent: 1_000,
      maxConcurrentPerConnection: 3,
      startsPerMinute: 60,
      failurePolicy: 'cancelRest',
      dryRun: true,
      notify: ['slack'],
    };
    const input = { ...asked, timeoutPerSync: 'PT2H', retryFailedSchemas: 2, onFailure: 'return', ifInactive: 'fail' };
    const { fanOut, options } = parseFanOutInput('runAllBulkSyncs', { ...input, notify: ['slack', 'slack'] });
    expect(fanOut).toEqual({ ...asked, timeoutPerSyncMs: 7_200_000 });
    expect(options).toMatchObject({ retryFailedSchemas: 2, onFailure: 'return', ifInactive: 'fail' });
  });

  it('names every bad field at once', () => {
    const input = {
      filter: { ids: 'all', actve: true },
      maxConcurrent: 0,
      maxConcurrentPerConnection: 1.5,
      startsPerMinute: 0,
      failurePolicy: 'panic',
      shard: { index: 2, of: 2 },
      dryRun: 'yes',
      notify: [''],
      timeoutPerSync: 'soon',
      startedAfter: 'yesterday',
    };
    expect(Object.keys(ofBulk(input)).toSorted()).toEqual([
      'dryRun',
      'failurePolicy',
      'filter.actve',
      'filter.ids',
      'maxConcurrent',
      'maxConcurrentPerConnection',
      'notify[0]',
      'shard.index',
      'startedAfter',
      'startsPerMinute',
      'timeoutPerSync',
    ]);
  });

  it('takes retries of schemas for bulk syncs only', () => {
    const input = { retryFailedSchemas: 1 };
    expect(Object.keys(issuesOf(() => parseFanOutInput('runAllModelSyncs', input)))).toEqual(['retryFailedSchemas']);
  });

  it.each([
    ['more at once than one workflow runs', { maxConcurrent: 1_001 }, 'maxConcurrent'],
    ['more ids than fit into a history', { filter: { ids: Array(5_001).fill('x') } }, 'filter.ids'],
    ['ids that are too long all together', { filter: { ids: Array(1_000).fill('x'.repeat(250)) } }, 'filter'],
  ])('says of %s how to share them among workflows', (_name, input, field) => {
    expect(ofBulk(input)).toEqual({ [field]: expect.stringContaining('`shard`') });
  });

  it.each([undefined, null, []])('names the input itself when it is %j', (input) => {
    expect(Object.keys(ofBulk(input))).toEqual(['input']);
  });
});

describe('parsePipelineInput', () => {
  it('gives each step what it may leave out, by its own kind', () => {
    const start = { schemas: ['public.users'] };
    const { kind, steps, options } = parsePipelineInput({
      steps: [
        { id: 'lake', kind: 'bulk', syncId: 'l', start },
        { id: 'crm', kind: 'model', syncId: 'c', after: ['lake', 'lake'] },
      ],
    });
    expect(kind).toBe('bulk');
    expect(options.start).toEqual({});
    expect(steps).toEqual([
      { id: 'lake', kind: 'bulk', syncId: 'l', after: [], start, ifInactive: 'run' },
      { id: 'crm', kind: 'model', syncId: 'c', after: ['lake'], start: {}, ifInactive: 'fail' },
    ]);
  });

  it.each([
    ['odd', "expected 'model' or 'bulk'"],
    [5, "expected 'model' or 'bulk', got 5"],
    [undefined, "missing; expected 'model' or 'bulk'"],
  ])('says of the kind %p of a step what stands there', (kind, message) => {
    const wrong = { steps: [{ id: 'a', syncId: 's', kind }] };
    expect(issuesOf(() => parsePipelineInput(wrong))).toEqual({ 'steps[0].kind': message });
  });

  it('takes what the input says of inactive syncs for steps of both kinds', () => {
    const input = { ifInactive: 'activate', steps: stepsOf({ a: [] }) };
    expect(parsePipelineInput(input).steps).toMatchObject([{ ifInactive: 'activate' }]);
  });

  it('names each bad field of each step', () => {
    const steps = [
      { id: '', kind: 'bulk', syncId: 'a/b' },
      { id: 'x'.repeat(101), kind: 'cube', syncId: 'c' },
      { id: 'b', kind: 'model', syncId: 'c', start: { schemas: [] }, after: 'a' },
      null,
      { kind: 'table', syncId: '  ' },
    ];
    const issues = ofPipeline(steps);
    expect(issues['steps[4].id']).toMatch(/^missing; expected/);
    expect(Object.keys(issues).toSorted()).toEqual([
      'steps[0].id',
      'steps[0].syncId',
      'steps[1].id',
      'steps[1].kind',
      'steps[2].after',
      'steps[2].start.schemas',
      'steps[3]',
      'steps[4].id',
      'steps[4].kind',
      'steps[4].syncId',
    ]);
  });

  it.each([
    ['no steps', []],
    ['more steps than a pipeline has', stepsOf(Object.fromEntries(Array.from({ length: 201 }, (_, at) => [at, []])))],
  ])('names the list when it has %s', (_name, steps) => {
    expect(ofPipeline(steps)).toEqual({ steps: expect.stringContaining('1 to 200') });
  });

  it.each([
    ['a step that is not there', stepsOf({ a: ['ghost'] }), 'steps[0].after[0]', 'there is no step "ghost"'],
    ['a step that waits for itself', stepsOf({ a: ['a'] }), 'steps[0].after', 'a -> a'],
    ['a cycle', stepsOf({ in: ['a'], a: ['b'], b: ['a'] }), 'steps[1].after', 'a -> b -> a'],
    ['a name twice', [...stepsOf({ a: [] }), ...stepsOf({ a: [] })], 'steps[1].id', '"a" is taken'],
    [
      'a name that no result can bear',
      [{ id: '__proto__', kind: 'bulk', syncId: 'a' }],
      'steps[0].id',
      '1 to 100 characters',
    ],
    ['a name that every object has', stepsOf({ a: [], valueOf: ['a'] }), 'steps[1].id', 'every object has this one'],
  ])('refuses %s by name', (_name, steps, field, message) => {
    expect(ofPipeline(steps)).toEqual({ [field]: expect.stringContaining(message) });
  });

  it('tells of a wrong graph beside wrong fields', () => {
    const steps = [...stepsOf({ a: ['ghost'] }), { id: 'b', kind: 'bulk' }];
    expect(Object.keys(ofPipeline(steps)).toSorted()).toEqual(['steps[0].after[0]', 'steps[1].syncId']);
  });
});
