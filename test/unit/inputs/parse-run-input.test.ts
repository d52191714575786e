/** Inputs of the run workflows: defaults, and every bad field named. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SingleRunName } from '../../../src/contracts/prepared-runs';
import { type InvalidInputError, isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseRunInput } from '../../../src/inputs/parse-run-input';

const secret = 'correct horse battery staple';

function errorOf(workflow: SingleRunName, input: unknown): InvalidInputError {
  try {
    parseRunInput(workflow, input);
  } catch (error) {
    if (isInvalidInputError(error)) return error;
    throw error;
  }
  throw new Error('The input was accepted.');
}

function issuesOf(workflow: SingleRunName, input: unknown): Record<string, string> {
  return Object.fromEntries(errorOf(workflow, input).issues.map(({ field, message }) => [field, message]));
}

const defaults = {
  ifRunning: 'waitThenStart',
  startedAfter: null,
  timeoutMs: 604_800_000,
  onCancel: 'cancelOwn',
  onTimeout: 'cancelOwn',
  warnAfter: { timesMedian: 3 },
  onFailure: 'throw',
  maxErrorRecords: null,
  maxErrorRatio: null,
  minRecords: null,
  errorText: 'include',
  ifInactive: 'fail',
  start: {},
  retryFailedSchemas: 0,
};

describe('parseRunInput: what may be left out', () => {
  it('applies every default to a model sync', () => {
    expect(parseRunInput('runModelSync', { syncId: 'crm' })).toEqual({
      kind: 'model',
      organization: 'default',
      syncId: 'crm',
      create: null,
      options: defaults,
      notify: [],
    });
  });

  it('runs inactive bulk syncs by default, as these may be started by hand', () => {
    const { kind, options } = parseRunInput('runBulkSync', { syncId: 'lake' });
    expect({ kind, options }).toEqual({ kind: 'bulk', options: { ...defaults, ifInactive: 'run' } });
  });

  it('asks for an active sync unless the create request says otherwise', () => {
    const create = (sync: object): unknown => parseRunInput('createAndRunBulkSync', { sync }).create;
    expect(create({ name: 'Lake', mode: 'replicate' })).toEqual({
      sync: { name: 'Lake', mode: 'replicate', active: true },
      adopt: 'never',
    });
    expect(create({ name: 'Lake', active: false })).toMatchObject({ sync: { active: false } });
  });
});

describe('parseRunInput: what is said', () => {
  it('takes every field, with durations in every form', () => {
    const { organization, options } = parseRunInput('runBulkSync', {
      syncId: 'lake',
      organization: 'emea',
      ifRunning: 'attach',
      startedAfter: '2026-11-22T10:00:00+02:00',
      timeout: 'PT2H',
      onCancel: 'leaveRunning',
      onTimeout: 'leaveRunning',
      warnAfter: '45 minutes',
      onFailure: 'return',
      maxErrorRecords: 0,
      maxErrorRatio: 0.5,
      minRecords: 1,
      errorText: 'omit',
      ifInactive: 'activate',
      start: { schemas: ['public.users'], resyncMode: 'refetch', fetchMode: 'full' },
      retryFailedSchemas: 2,
    });
    expect(organization).toBe('emea');
    expect(options).toEqual({
      ifRunning: 'attach',
      startedAfter: '2026-11-22T10:00:00+02:00',
      timeoutMs: 7_200_000,
      onCancel: 'leaveRunning',
      onTimeout: 'leaveRunning',
      warnAfter: { ms: 2_700_000 },
      onFailure: 'return',
      maxErrorRecords: 0,
      maxErrorRatio: 0.5,
      minRecords: 1,
      errorText: 'omit',
      ifInactive: 'activate',
      start: { schemas: ['public.users'], resyncMode: 'refetch', fetchMode: 'full' },
      retryFailedSchemas: 2,
    });
  });

  it('takes attempts, and names what does not go together', () => {
    const optionsOf = (some: object) => parseRunInput('runModelSync', { syncId: 'crm', ...some }).options;
    const retry = { attempts: 3 };
    const usual = ['failed', 'partiallyFailed'];
    expect(optionsOf({ retry })).toMatchObject({ retry: { attempts: 3, delayMs: 60_000, on: usual } });
    const timed = { retry: { attempts: 2, delay: 'PT5M' }, timeoutPerAttempt: '1 hour' };
    expect(optionsOf(timed)).toMatchObject({
      retry: { delayMs: 300_000, on: [...usual, 'timedOut'] },
      timeoutPerAttemptMs: 3_600_000,
    });
    expect(optionsOf({ ...timed, onTimeout: 'leaveRunning' })).toMatchObject({ retry: { on: usual } });
    const issues = (some: object) => issuesOf('runModelSync', { syncId: 'crm', ...some });
    const onTimedOut = { attempts: 2, on: ['timedOut'] };
    expect(issues({ retry: onTimedOut })).toEqual({ 'retry.on': expect.stringContaining('timeoutPerAttempt') });
    expect(issues({ ...timed, retry: onTimedOut, onTimeout: 'leaveRunning' })).toEqual({
      'retry.on': expect.stringContaining('cancelOwn'),
    });
    expect(Object.keys(issues({ retry: { attempts: 21, on: ['canceled'], delay: 0 } }))).toEqual([
      ...['retry.attempts', 'retry.delay', 'retry.on[0]'],
    ]);
  });

  it('names what is wrong with a field once, and nothing that follows from it', () => {
    const problemsOf = (some: object): string => {
      try {
        parseRunInput('runModelSync', { syncId: 'crm', ...some });
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(problemsOf({ maxWarnings: 1e30 }).match(/maxWarnings/g)).toHaveLength(1);
    expect(problemsOf({ retry: { attempts: 2, on: 'failed' } })).toMatch(
      /not valid\. retry\.on: expected a list, got a string$/,
    );
    expect(problemsOf({ retry: { attempts: 2, on: ['failed', 'failed'] } })).toMatch(/expected each outcome once$/);
  });

  it('takes 15 minutes or more for a run to be stalled, and acts only on one', () => {
    const optionsOf = (some: object) => parseRunInput('runModelSync', { syncId: 'crm', ...some }).options;
    expect(optionsOf({ stalledAfter: '15 minutes', onStalled: 'report' })).toEqual({
      ...defaults,
      stalledAfterMs: 900_000,
    });
    expect(optionsOf({ stalledAfter: 'PT1H', onStalled: 'restart' })).toMatchObject({ onStalled: 'restart' });
    expect(issuesOf('runModelSync', { syncId: 'crm', stalledAfter: '14 minutes' })).toEqual({
      stalledAfter: 'expected 15 minutes or more',
    });
    expect(issuesOf('runModelSync', { syncId: 'crm', onStalled: 'cancel' })).toEqual({
      onStalled: 'needs stalledAfter',
    });
  });

  it('keeps references to secrets as they are', () => {
    const sync = { name: 'CRM', encryption_passphrase: { $env: 'PASSPHRASE' } };
    const { create } = parseRunInput('createAndRunModelSync', { sync, adopt: 'byName' });
    expect(create).toEqual({ sync: { ...sync, active: true }, adopt: 'byName' });
  });
});

describe('parseRunInput: what is wrong', () => {
  it.each([
    ['missing', undefined, 'missing; expected an object'],
    ['null', null, 'expected an object, got null'],
    ['a string', 'crm', 'expected an object, got a string'],
    ['a list', ['crm'], 'expected an object, got a list'],
  ])('names the input itself when it is %s', (_name, input, message) => {
    expect(issuesOf('runModelSync', input)).toEqual({ input: message });
  });

  it.each([
    ['missing', {}, 'missing; expected a string'],
    ['null', { syncId: null }, 'expected a string, got null'],
    ['a number', { syncId: 7 }, 'expected a string, got 7'],
  ])('names syncId when it is %s', (_name, input, message) => {
    expect(issuesOf('runBulkSync', input)).toEqual({ syncId: message });
  });

  it.each(['', '  ', ' a', 'a ', 'a\u00a0', 'a/b', 'a\\b', 'a\nb', '.', '..', 'x'.repeat(256)])(
    'refuses %j as syncId',
    (syncId) => {
      expect(issuesOf('runModelSync', { syncId })['syncId']).toMatch(/^expected an id: 1 to 255 characters/);
    },
  );

  it('names every bad field at once, wherever it stands', () => {
    const issues = issuesOf('runModelSync', {
      syncId: '',
      organization: '',
      ifRunning: 'wait',
      startedAfter: 'yesterday',
      timeout: 0,
      onCancel: 'cancel',
      onTimeout: null,
      warnAfter: { timesMedian: 0 },
      onFailure: 'ignore',
      maxErrorRecords: -1,
      maxErrorRatio: 1.1,
      minRecords: 0.5,
      errorText: true,
      ifInactive: 'start',
      start: { resync: 'yes', identities: [1], sourceIdentities: [[{ source: { modelId: 'm' }, value: 'v' }]] },
    });
    expect(Object.keys(issues).sort()).toEqual([
      'errorText',
      'ifInactive',
      'ifRunning',
      'maxErrorRatio',
      'maxErrorRecords',
      'minRecords',
      'onCancel',
      'onFailure',
      'onTimeout',
      'organization',
      'start.identities[0]',
      'start.resync',
      'start.sourceIdentities',
      'start.sourceIdentities[0][0].source.field',
      'startedAfter',
      'syncId',
      'timeout',
      'warnAfter.timesMedian',
    ]);
    expect(issues['ifRunning']).toBe("expected one of 'waitThenStart', 'attach', 'fail', 'skip'");
    expect(issues['maxErrorRatio']).toBe('expected a number from 0 to 1, got 1.1');
  });

  it.each(['P1Y', '-1h', 'soon', null, -5, '20 years'])(
    'refuses %j as timeout, telling what durations look like',
    (timeout) => {
      expect(issuesOf('runModelSync', { syncId: 'crm', timeout })['timeout']).toMatch(/2 hours.*PT2H/);
    },
  );

  it('refuses a warnAfter that is neither a duration nor a multiple', () => {
    const { warnAfter } = issuesOf('runModelSync', { syncId: 'crm', warnAfter: true });
    expect(warnAfter).toMatch(/2 hours.*timesMedian/);
  });

  it('refuses start options of the other kind by name, telling which there are', () => {
    expect(issuesOf('runModelSync', { syncId: 'crm', start: { schemas: [] } })).toEqual({
      'start.schemas': 'unknown field; there are resync, test, identities, sourceIdentities',
    });
    expect(issuesOf('runBulkSync', { syncId: 'lake', start: { resync: true } })).toEqual({
      'start.resync': 'unknown field; there are schemas, resyncMode, fetchMode, test',
    });
  });

  it('refuses fields that the workflow does not have', () => {
    expect(Object.keys(issuesOf('runModelSync', { syncId: 'crm', retryFailedSchemas: 1, timout: 1 }))).toEqual([
      'retryFailedSchemas',
      'timout',
    ]);
    expect(Object.keys(issuesOf('createAndRunModelSync', { syncId: 'crm', sync: { name: 'n' } }))).toEqual(['syncId']);
  });

  it('refuses start options that exclude each other', () => {
    const start = (workflow: SingleRunName, options: object): unknown =>
      issuesOf(workflow, { syncId: 'x', start: options });
    expect(start('runBulkSync', { test: true, resyncMode: 'resync' })).toEqual({
      'start.test': 'cannot be given together with resyncMode',
    });
    expect(start('runModelSync', { identities: [], sourceIdentities: [] })).toEqual({
      'start.sourceIdentities': 'cannot be given together with identities',
    });
  });

  it('takes a thousand source identities and no more', () => {
    const record = [{ source: { modelId: 'm', field: 'id' }, value: '1' }];
    const input = (records: number): unknown => ({
      syncId: 'crm',
      start: { sourceIdentities: Array<unknown>(records).fill(record) },
    });
    expect(parseRunInput('runModelSync', input(1_000)).options.start.sourceIdentities).toHaveLength(1_000);
    expect(issuesOf('runModelSync', input(1_001))['start.sourceIdentities']).toMatch(/at most 1000/);
  });
});

describe('parseRunInput: secrets in create requests', () => {
  it.each([['createAndRunModelSync' as const], ['createAndRunBulkSync' as const]])(
    'refuses a literal passphrase in %s, saying that it is in the history by now, without repeating it',
    (workflow) => {
      const error = errorOf(workflow, { sync: { encryption_passphrase: secret } });
      const issue = error.issues.find(({ field }) => field === 'sync.encryption_passphrase');
      expect(issue?.message).toMatch(/already in this workflow's history: rotate it.*payload codec/);
      expect(error.issues.map(({ field }) => field)).toContain('sync.name');
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
    },
  );

  it.each([
    ['an empty name', { $env: '' }],
    ['something beside it', { $env: 'A', also: 1 }],
    ['two of them', { $env: 'A', $file: 'b' }],
    ['a number as name', { $file: 7 }],
  ])('refuses a reference with %s', (_name, reference) => {
    const issues = issuesOf('createAndRunModelSync', { sync: { name: 'n', encryption_passphrase: reference } });
    expect(issues['sync.encryption_passphrase']).toMatch(/nothing beside it/);
  });

  it('refuses literals and malformed references deep inside', () => {
    const sync = { name: 'n', fields: [{ encryption_passphrase: [secret] }, { x: { $env: 1 } }] };
    expect(Object.keys(issuesOf('createAndRunModelSync', { sync }))).toEqual([
      'sync.fields[0].encryption_passphrase',
      'sync.fields[1].x',
    ]);
  });

  it('takes a passphrase that is null, which means none', () => {
    const sync = { name: 'n', encryption_passphrase: null };
    expect(parseRunInput('createAndRunModelSync', { sync }).create?.sync).toEqual({ ...sync, active: true });
  });
});

describe('parseRunInput: whatever comes', () => {
  it('answers or throws an InvalidInputError that names at least one field', () => {
    const workflow = fc.constantFrom<SingleRunName>('runModelSync', 'runBulkSync', 'createAndRunModelSync');
    const input = fc.oneof(
      fc.anything(),
      fc.record(
        { syncId: fc.string(), timeout: fc.anything(), start: fc.anything(), sync: fc.object() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(workflow, input, (name, value) => {
        try {
          expect(parseRunInput(name, value).options.timeoutMs).toBeGreaterThan(0);
        } catch (error) {
          if (!isInvalidInputError(error)) throw error;
          expect(error.issues.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('liveCounts', () => {
  const parse = (liveCounts: unknown) => parseRunInput('runBulkSync', { syncId: 's', liveCounts }).options.liveCountsMs;

  it('is a duration, and nothing where it is not given', () => {
    expect(parse('1 minute')).toBe(60_000);
    expect(parse(undefined)).toBeUndefined();
  });

  it.each(['9s', '25 days', 'often'])('refuses %s by name', (liveCounts) => {
    expect(() => parse(liveCounts)).toThrow(/liveCounts: expected/);
  });
});
