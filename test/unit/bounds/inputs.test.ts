/** Inputs and answers without bounds are refused before anything looks into them. */
import { describe, expect, it } from '@jest/globals';
import { guarded } from '../../../src/activities/guarded';
import { boundsProblem } from '../../../src/rules/input-bounds';
import { workflowSchemas } from '../../../src/inputs/workflow-schemas';
import { isDeeperThan } from '../../../src/polytomic/json-depth';
import { activitiesOnFetch } from '../activities/support/activities-on-fetch';
import { failureOf } from '../activities/support/activities-on-emulator';
import { maxPasses, passes, timesAsMuch } from './cpu-time';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('an input', () => {
  it.each<[string, unknown]>([
    ['20,000 levels deep', nested(20_000)],
    ['of a million characters and more', { syncId: 'x'.repeat(1_100_000) }],
    ['of a list of half a million entries', { steps: Array.from({ length: 500_000 }, () => 0) }],
    ['of more than 50,000 values', { ids: Array.from({ length: 50_000 }, () => 'x') }],
    ['of more than 50,000 fields', Object.fromEntries(Array.from({ length: 50_001 }, (_, index) => [`f${index}`, 1]))],
    ['of a field with a name of a megabyte', { ['x'.repeat(1_100_000)]: 1 }],
  ])('%s is refused at no cost, before the activity begins', async (_what, input) => {
    let began = false;
    const activity = guarded('test', async () => (began = true));
    await expect(activity(input)).rejects.toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    expect(began).toBe(false);
    expect(passes(() => boundsProblem(input))).toBeLessThan(maxPasses);
  });

  it('of 50,000 values passes', () => {
    expect(boundsProblem({ ids: Array.from({ length: 49_998 }, () => 'x') })).toBeUndefined();
  });

  it('with thousands of wrong fields is told by the first hundred', async () => {
    const { perform } = activitiesOnFetch(() => ({ status: 500 }), { operations: 'all' });
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
    for (const [name, input] of [
      ['prepareRuns', { workflow: 'runBulkSync', input: { syncId: 's1', ...many } }],
      ['modelSync.list', many],
      ['modelSync.create', many],
    ] as const) {
      const failure = await failureOf(perform(name, input));
      expect(failure.type).toBe('polytomic.InvalidInput');
      const [issues] = failure.details as [unknown[]];
      expect(issues.length).toBeGreaterThan(10);
      expect(issues.length).toBeLessThanOrEqual(100);
    }
  });

  it('of a hundred levels passes', () => {
    expect(boundsProblem(nested(100))).toBeUndefined();
    expect(boundsProblem(nested(101))).toBeDefined();
  });

  it.each(['runBulkSync', 'runAllBulkSyncs', 'runSyncPipeline', 'createAndRunModelSync'])(
    'of %s, 2 MB in all, is refused without a stall, in few words',
    async (workflow) => {
      const { perform } = activitiesOnFetch(() => ({ status: 500 }));
      const long = 'http://-'.repeat(100_000);
      const many = Array.from({ length: 40_000 }, (_, index): [string, string] => [`field${index}`, 'http://-']);
      const inputs: object[] = [{ organization: long }, { notify: [long] }, { syncId: long }, Object.fromEntries(many)];
      for (const input of inputs) {
        const failure = await failureOf(perform('prepareRuns', { workflow, input }));
        expect(failure.type).toBe('polytomic.InvalidInput');
        expect(JSON.stringify([failure.message, failure.details]).length).toBeLessThan(12_000);
        expect(failure.message).not.toContain(long.slice(0, 201));
      }
    },
  );

  it('takes a hundred globs and no more, and any of them up to 255 characters', async () => {
    const { perform } = activitiesOnFetch(() => ({ json: { data: [] } }));
    const list = (filter: object): Promise<unknown> =>
      perform('listSyncs', { organization: 'default', kind: 'bulk', filter });
    const globs = Array.from({ length: 101 }, (_, index) => `a${index}*`);
    await expect(list({ exclude: globs.slice(1), name: 'x'.repeat(255) })).resolves.toBeDefined();
    for (const filter of [{ exclude: globs }, { name: 'x'.repeat(256) }, { exclude: ['x'.repeat(256)] }]) {
      expect((await failureOf(list(filter))).type).toBe('polytomic.InvalidInput');
    }
  });

  it('has no text without a bound, as its schemas tell', () => {
    const unbounded: string[] = [];
    const look = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { type, maxLength, pattern, format, enum: values, const: value } = schema as Record<string, unknown>;
      const bounded =
        [maxLength, format, values, value].some((one) => one !== undefined) || /,\d+\}\$$/.test(String(pattern));
      if (type === 'string' && !bounded) unbounded.push(path);
      for (const [name, inner] of Object.entries(schema)) look(inner, `${path}.${name}`);
    };
    for (const [name, schema] of Object.entries(workflowSchemas())) if (name.endsWith('.input')) look(schema, name);
    expect(unbounded.filter((path) => !path.includes('propertyNames'))).toEqual([]);
  });
});

describe('an answer', () => {
  it('of too many levels is refused before it is parsed, and never as a defect of ours', async () => {
    const text = `{"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const { perform } = activitiesOnFetch(() => ({ text }), { operations: 'all' });
    for (const [name, input] of [
      ['bulkSync.list', {}],
      ['request', { method: 'GET', path: '/api/x' }],
    ] as const) {
      const failure = await failureOf(perform(name, input));
      expect(failure).toMatchObject({ type: 'polytomic.UnexpectedResponse' });
      expect(failure.message).toContain('more than 100 levels');
    }
  });

  it.each([
    ['[[[]]]', 2, true],
    ['[[[]]]', 3, false],
    ['{"a":[{"b":1}]}', 3, false],
    ['"[[[["', 0, false],
    [String.raw`["\"[[[[\\",[]]`, 2, false],
    [String.raw`["\"[[[[\\",[]]`, 1, true],
    ['[[],[],[]]', 2, false],
  ])('%s is deeper than %d levels: %s', (text, levels, deeper) => {
    expect(isDeeperThan(text, levels)).toBe(deeper);
  });

  it('costs less to measure than five times what it costs to parse', () => {
    const row = { id: 'x'.repeat(36), name: 'a "quoted" \\ name', fields: [{ a: 1 }, { b: [2, 3] }] };
    const text = JSON.stringify({ data: Array.from({ length: 20_000 }, () => row) });
    const parse = (): unknown => JSON.parse(text);
    expect(timesAsMuch(() => isDeeperThan(text, 100), parse, 5)).toBeLessThan(5);
  });
});
