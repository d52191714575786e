/** Which listed execution is newer than what was known, and which one is taken for ours. */
import { describe, expect, it } from '@jest/globals';
import { perhapsOurs, newerThan } from '../../../src/executions/adopt';
import { at, run } from './support/scripted-adapter';

const known = { newestBefore: 'old', notBefore: at(0) };
const old = run('old', { createdAt: at(-5_000) });
const idsOf = (executions: readonly { executionId: string }[]): string[] =>
  executions.map(({ executionId }) => executionId);

describe('executions newer than a baseline', () => {
  it('are those listed above the one that was the newest', () => {
    const list = [run('b', { createdAt: at(2_000) }), run('a', { createdAt: at(1_000) }), old];
    expect(idsOf(newerThan(list, known))).toEqual(['b', 'a']);
    expect(newerThan([old], known)).toEqual([]);
  });

  it('never include an older one, however close to the baseline it was created', () => {
    const older = run('older', { createdAt: at(-20_000) });
    expect(newerThan([old, older], known)).toEqual([]);
  });

  it('may be created up to a minute before the baseline, as clocks differ', () => {
    const early = run('early', { createdAt: at(-4_000) });
    expect(idsOf(newerThan([early, old], known))).toEqual(['early']);
    const none = { ...known, newestBefore: null };
    expect(idsOf(newerThan([run('a', { createdAt: at(-60_000) })], none))).toEqual(['a']);
    expect(newerThan([run('a', { createdAt: at(-60_001) })], none)).toEqual([]);
  });

  it('are told by their time where the one that was the newest is no longer listed', () => {
    const list = [run('a', { createdAt: at(1_000) }), run('ancient', { createdAt: at(-3_600_000) })];
    expect(idsOf(newerThan(list, known))).toEqual(['a']);
  });

  it('need the listed baseline as proof where they do not tell their time', () => {
    const timeless = run('a', { createdAt: null });
    expect(idsOf(newerThan([timeless, old], known))).toEqual(['a']);
    expect(newerThan([timeless], known)).toEqual([]);
  });
});

describe('the execution taken for ours', () => {
  const list = (...shapes: Parameters<typeof run>[1][]): ReturnType<typeof run>[] =>
    shapes.map((fields, index) => run(`run-${index}`, { createdAt: at(9_000 - index), ...fields }));
  const plain = { isTest: false, isResync: false, isPartial: false };

  it('is the earliest newer one', () => {
    expect(perhapsOurs(list({}, {}), { ...known, options: {} })[0]?.executionId).toBe('run-1');
    expect(perhapsOurs([old], { ...known, options: {} })).toEqual([]);
  });

  it('may be any where shapes cannot be seen, whatever was asked', () => {
    expect(perhapsOurs(list({}), { ...known, options: { resync: true } })[0]?.executionId).toBe('run-0');
  });

  it('is shaped as asked where that can be seen', () => {
    const listed = list(
      { shape: plain },
      { shape: { ...plain, isResync: true } },
      { shape: { ...plain, isTest: true } },
    );
    expect(perhapsOurs(listed, { ...known, options: {} })[0]?.executionId).toBe('run-0');
    expect(perhapsOurs(listed, { ...known, options: { resyncMode: 'rebuild' } })[0]?.executionId).toBe('run-1');
    expect(perhapsOurs(listed, { ...known, options: { test: true } })[0]?.executionId).toBe('run-2');
    expect(perhapsOurs(listed, { ...known, options: { schemas: ['a'] } })).toEqual([]);
  });

  it('covers just the schemas that were asked for, or does not tell them yet', () => {
    const partial = { ...plain, isPartial: true };
    const other = list({ shape: { ...partial, schemas: ['a', 'b'] } });
    expect(perhapsOurs(other, { ...known, options: { schemas: ['a'] } })).toEqual([]);
    expect(perhapsOurs(other, { ...known, options: { schemas: ['b', 'a'] } })[0]?.executionId).toBe('run-0');
    expect(perhapsOurs(list({ shape: partial }), { ...known, options: { schemas: ['a'] } })[0]?.executionId).toBe(
      'run-0',
    );
  });
});
