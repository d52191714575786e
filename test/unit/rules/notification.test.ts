/** What people are told: readable, exact in its counts, and small whatever went wrong. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NotifiedSync } from '../../../src/contracts/notification';
import { largestNotificationBytes, mostListed, toNotification } from '../../../src/rules/notification';

const frame = { organization: 'default', workflowId: 'nightly', runId: 'run', failed: [], late: [], recovered: [] };

function sync(name: string | null, more: Partial<NotifiedSync> = {}): NotifiedSync {
  return { kind: 'bulk', syncId: `id-of-${name}`, name, executionId: 'e', ...more };
}

function many(count: number, more: Partial<NotifiedSync> = {}): NotifiedSync[] {
  return Array.from({ length: count }, (_, index) => sync(`sync ${index}`, more));
}

describe('a notification', () => {
  it('tells in its first line how many of each, then who, why and where to look', () => {
    const { text } = toNotification({
      ...frame,
      failed: [
        sync('Lake', { outcome: 'partiallyFailed', reason: '3 of 10 schemas', url: 'https://app.example/e/1' }),
        sync('CRM', { outcome: 'failed', stepId: 'send', reason: 'quota\n  exceeded' }),
      ],
      late: [sync(null, { syncId: 's3', kind: 'model' })],
      recovered: [sync('Ads', { outcome: 'completed' })],
    });
    expect(text.split('\n')).toEqual([
      '2 syncs failed, 1 late, 1 recovered',
      'Failed: bulk sync "Lake" (id-of-Lake), partially failed: 3 of 10 schemas https://app.example/e/1',
      'Failed: step send, bulk sync "CRM" (id-of-CRM): quota exceeded',
      'Late: model sync s3',
      'Recovered: bulk sync "Ads" (id-of-Ads)',
    ]);
  });

  it('speaks of one sync as one', () => {
    expect(toNotification({ ...frame, recovered: [sync('A')] }).text).toBe(
      '1 sync recovered\nRecovered: bulk sync "A" (id-of-A)',
    );
  });

  it('names the first few and lists the first fifty, while its counts stay exact', () => {
    const { text, failed, counts } = toNotification({ ...frame, failed: many(70, { outcome: 'failed' }) });
    expect(text.split('\n').slice(0, 2)).toEqual(['70 syncs failed', 'Failed: bulk sync "sync 0" (id-of-sync 0)']);
    expect(text.split('\n').at(-1)).toBe('… and 65 more failed');
    expect(failed).toHaveLength(mostListed);
    expect(counts).toEqual({ failed: 70, late: 0, recovered: 0 });
  });

  it('takes the counts that it is told, where more happened than the lists hold', () => {
    const counts = { failed: 900, late: 0, recovered: 0 };
    expect(toNotification({ ...frame, failed: many(50), counts })).toMatchObject({
      text: expect.stringMatching(/^900 syncs failed[^]*… and 895 more failed$/),
      counts,
    });
  });

  it('cannot be used to call a whole channel or to hide where a link leads', () => {
    const { text } = toNotification({
      ...frame,
      failed: [sync('<!channel>', { reason: '<https://evil.example|ok>' })],
    });
    expect(text).not.toMatch(/[<>]/);
  });

  it('names a step whose sync is not known yet, and one of which only the name is', () => {
    const failed = [
      sync(null, { syncId: '', stepId: 'load', outcome: 'failed' }),
      sync('New', { syncId: '', stepId: 'made', outcome: 'timedOut' }),
    ];
    expect(
      toNotification({ ...frame, failed })
        .text.split('\n')
        .slice(1),
    ).toEqual(['Failed: step load, bulk sync', 'Failed: step made, bulk sync "New", timed out']);
  });

  it('shows names and reasons as text where the receiver renders Markdown or knows mentions', () => {
    const name = '![x](https://evil.example/p) [ok](https://evil.example) @channel @here';
    const { text } = toNotification({ ...frame, failed: [sync(name, { syncId: 's1', reason: '@all\u202e \u0007x' })] });
    expect(text).not.toMatch(/\]\(|@(all|channel|here)|\u202e/);
    expect(text).not.toContain('\u0007');
    expect(text).toContain('(s1)');
    expect(toNotification({ ...frame, failed: [sync('a*b_c [d] me@example.com')] }).text).toContain(
      '"a*b_c [d] me@example.com"',
    );
  });

  it('keeps a long address whole or leaves it out', () => {
    const [short, long] = ['https://app.example/1', `https://app.example/${'x'.repeat(2_000)}`];
    const { failed } = toNotification({ ...frame, failed: [sync('A', { url: short }), sync('B', { url: long })] });
    expect(failed.map(({ url }) => url)).toEqual([short, undefined]);
  });
});

describe('whatever the syncs are like', () => {
  const anyText = (most: number) => fc.string({ unit: 'binary', maxLength: most, size: 'max' });
  const anySync: fc.Arbitrary<NotifiedSync> = fc.record({
    kind: fc.constantFrom('model' as const, 'bulk' as const),
    syncId: fc.string({ unit: 'grapheme', maxLength: 85, size: 'max' }),
    name: fc.option(anyText(400)),
    executionId: fc.option(fc.uuid()),
    outcome: fc.constantFrom('failed' as const, 'partiallyFailed' as const, 'completed' as const, 'timedOut' as const),
    reason: anyText(600),
    url: fc.webUrl(),
  });
  const list = fc
    .tuple(fc.array(anySync, { minLength: 1, maxLength: 3 }), fc.nat(400))
    .map(([some, length]) => Array.from({ length }, (_, index) => some[index % some.length] as NotifiedSync));

  it('fits, counts exactly, lists at most fifty of each in their order, and cuts no character in two', () => {
    fc.assert(
      fc.property(list, list, list, (failed, late, recovered) => {
        const told = toNotification({ ...frame, failed, late, recovered });
        const json = JSON.stringify(told);
        expect(Buffer.byteLength(json)).toBeLessThanOrEqual(largestNotificationBytes);
        expect(json).not.toMatch(/\\ud[89a-f]/);
        expect(told.counts).toEqual({ failed: failed.length, late: late.length, recovered: recovered.length });
        for (const [given, listed] of [[failed, told.failed] as const, [late, told.late] as const]) {
          expect(listed.length).toBeLessThanOrEqual(mostListed);
          expect(listed.length > 0).toBe(given.length > 0);
          expect(listed.map(({ syncId }) => syncId)).toEqual(given.slice(0, listed.length).map(({ syncId }) => syncId));
        }
      }),
      { numRuns: 60 },
    );
  });
});
