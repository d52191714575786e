/** Text of others in the Temporal UI: shown as text, as near to the original as Markdown allows, and bounded. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toDetails, toMarkdownCode, toMarkdownText, toShownTime, toSummary } from '../../../src/rules/markdown';
import { markSync, summarizeSync } from '../../../src/rules/sync-names';

const syncId = '0a7c6f0e-2c1b-4f0a-9d53-0d3f6c3b1b6c';

describe('text of others', () => {
  it('is left as it is where Markdown takes nothing in it for its own', () => {
    for (const text of ['Warehouse to lake', 'public_users__eu', 'Users → CRM (EU) #1', 'a-b/c.d: 100 %']) {
      expect(toMarkdownText(text)).toBe(text);
    }
  });

  it('keeps its words, on one line, without the signs of Markdown', () => {
    expect(toMarkdownText('a*b_[x](y)')).toBe('a b x (y)');
    expect(toMarkdownText(' _Nightly_\n- run\u2028<b>`x`</b> ~~old~~ \\')).toBe('Nightly - run b x /b old');
  });

  it('ends with a sign where it is cut, between characters', () => {
    expect(toMarkdownText('x'.repeat(5_000))).toBe(`${'x'.repeat(99)}…`);
    expect(toMarkdownText('\u{1F600}'.repeat(60))).toBe(`${'\u{1F600}'.repeat(49)}…`);
  });

  it('is code that can be copied, and cannot end it', () => {
    expect(toMarkdownCode('_nightly_2026-11-27T02:00:00Z')).toBe('`_nightly_2026-11-27T02:00:00Z`');
    expect(toMarkdownCode('a`b\n<c>')).toBe('`a b  c`');
    expect(toMarkdownCode('')).toBe('');
  });
});

describe('a sync', () => {
  it('is named with the id behind it, in a summary and in details', () => {
    const sync = { kind: 'bulk', syncId, name: 'Lake *EU*' };
    expect(summarizeSync(sync)).toBe(`bulk sync "Lake EU" (${syncId})`);
    expect(markSync(sync)).toBe(`**Lake EU** (\`${syncId}\`)`);
    expect(summarizeSync({ ...sync, name: null })).toBe(`bulk sync ${syncId}`);
  });

  it('is known by its id where nothing of the name can be shown', () => {
    const sync = { kind: 'bulk', syncId, name: '**' };
    expect(markSync(sync)).toBe(`\`${syncId}\``);
    expect(summarizeSync(sync)).toBe(`bulk sync ${syncId}`);
  });

  it('keeps its id in a summary, however long its name', () => {
    const summary = toSummary(
      `Wait for the ingestion of ${summarizeSync({ kind: 'bulk', syncId, name: '漢'.repeat(255) })}`,
    );
    expect(summary).toMatch(new RegExp(`…" \\(${syncId}\\)$`));
  });
});

describe('what a client gives a workflow', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 5_000, size: 'max' });

  it('fits whatever is in it, and is cut between characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const summary = toSummary(`Run ${toMarkdownText(text, 5_000)}`);
        const details = toDetails(text, [text, text]);
        expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(400);
        expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThanOrEqual(20_000);
        expect(summary).not.toMatch(/[\n\r`*<>[\]]/);
        expect(JSON.stringify([summary, details])).not.toMatch(/\\ud[89a-f]/);
      }),
      { numRuns: 50 },
    );
  });

  it('is a heading and a list', () => {
    expect(toDetails('**Lake**', ['started by hand', 'twice'])).toBe('**Lake**\n\n- started by hand\n- twice');
  });
});

it('shows a time of others that is none as one that is unknown', () => {
  expect(toShownTime('2026-11-27T15:37:12.345Z')).toBe('2026-11-27 15:37:12 UTC');
  expect(toShownTime('soon')).toBe('an unknown time');
});
