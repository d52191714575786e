import { describe, expect, it } from '@jest/globals';
import type { RunningExecution } from '../../../src/contracts/sync-snapshot';
import type { StartOptions } from '../../../src/contracts/run-options';
import { decideStart, fitsRequest } from '../../../src/rules/start-decision';
import { before, options } from './fixtures';

const running: RunningExecution = {
  executionId: 'theirs',
  status: 'running',
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:05Z',
};
const problem = { code: 'x', message: 'broken', path: null };

describe('decideStart', () => {
  it('starts a sync that is idle, active and sound', () => {
    expect(decideStart(before(), options())).toEqual({ action: 'start', activate: false });
  });

  it.each([
    ['waitThenStart', 'waitForOther'],
    ['attach', 'attach'],
    ['fail', 'failRunning'],
    ['skip', 'skip'],
  ] as const)('answers a run in progress with %s by %s', (ifRunning, action) => {
    expect(decideStart(before({ running }), options({ ifRunning }))).toEqual({ action, running });
  });

  it('attaches or skips even when a new start could not work', () => {
    const unfit = before({ running, active: false, problems: [problem] });
    expect(decideStart(unfit, options({ ifRunning: 'attach' })).action).toBe('attach');
    expect(decideStart(unfit, options({ ifRunning: 'skip' })).action).toBe('skip');
  });

  it('does not wait out a run when nothing could be started after it', () => {
    expect(decideStart(before({ running, problems: [problem] }), options())).toEqual({ action: 'failProblems' });
    expect(decideStart(before({ running, active: false }), options())).toEqual({ action: 'failInactive' });
  });

  it.each([
    ['fail', { action: 'failInactive' }],
    ['run', { action: 'start', activate: false }],
    ['activate', { action: 'start', activate: true }],
  ] as const)('treats an inactive sync as ifInactive %s says', (ifInactive, decision) => {
    expect(decideStart(before({ active: false }), options({ ifInactive }))).toEqual(decision);
  });

  it('does not attach to a run that began before startedAfter, or whose beginning is not told', () => {
    const rules = options({ ifRunning: 'attach', startedAfter: '2026-01-01T00:00:06Z' });
    expect(decideStart(before({ running }), rules).action).toBe('waitForOther');
    const untold = { ...running, createdAt: null, startedAt: null };
    expect(decideStart(before({ running: untold }), rules).action).toBe('waitForOther');
  });
});

describe('fitsRequest', () => {
  const plainShape = { isTest: false, isResync: false, isPartial: false };
  const partial = { ...plainShape, isPartial: true, schemas: ['b', 'a'] };

  it.each<[string, StartOptions, boolean]>([
    ['a plain request', {}, true],
    ['flags that say false', { resync: false, test: false, identities: [] }, true],
    ['a resync', { resync: true }, false],
    ['a test', { test: true }, false],
    ['some identities', { identities: ['1'] }, false],
    ['the usual fetch mode', { fetchMode: 'none' }, true],
    ['another fetch mode', { fetchMode: 'full' }, false],
  ])('lets a run without a visible shape fit a plain request only: %s', (_name, request, fits) => {
    expect(fitsRequest(undefined, request)).toBe(fits);
  });

  it.each<[string, Parameters<typeof fitsRequest>[0], StartOptions, boolean]>([
    ['everything wanted, everything running', plainShape, {}, true],
    ['everything wanted, a partial run', partial, {}, false],
    ['the same schemas in another order', partial, { schemas: ['a', 'b'] }, true],
    ['fewer schemas wanted than run', partial, { schemas: ['a'] }, false],
    ['a resync wanted, an ordinary run', plainShape, { resyncMode: 'resync' }, false],
    ['a full fetch wanted, an ordinary run', { ...plainShape, fetchMode: 'none' }, { fetchMode: 'full' }, false],
    ['a full fetch wanted, none told', plainShape, { fetchMode: 'full' }, false],
    ['a full fetch wanted, one running', { ...plainShape, fetchMode: 'full' }, { fetchMode: 'full' }, true],
    ['an ordinary run wanted, a test running', { ...plainShape, isTest: true }, {}, false],
  ])('compares shapes where they are told: %s', (_name, shape, request, fits) => {
    expect(fitsRequest(shape, request)).toBe(fits);
  });
});
