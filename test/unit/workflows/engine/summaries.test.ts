/** What the Temporal UI renders as Markdown: names and statuses of others are text in it, and nothing else. */
import { describe, expect, it } from '@jest/globals';
import { describeRun } from '../../../../src/workflows/engine/progress';
import { describeItems } from '../../../../src/workflows/engine/summaries';

const hostile = 'Nightly ![x](https://evil.example/p) <img src=x> `code`\n- **bold** [a](b)';
/** What begins an image, a link, an element, code, emphasis or another line. */
const markup = /!\[|\]\(|<|[\n\r]/;

describe('the texts for the Temporal UI', () => {
  it('summarize an activity with the name as text', () => {
    const summary = describeItems('Start', [{ kind: 'bulk', syncId: 's1', name: hostile }]);
    expect(summary).toMatch(/^Start bulk sync "Nightly /);
    expect(summary).toMatch(/" \(s1\)$/);
    expect(summary).not.toMatch(markup);
    expect(summary).not.toContain('`');
  });

  it('name a single sync and its id, whatever is known of it, and count several', () => {
    const [kind, syncId] = ['model', '0a7c6f0e-2c1b-4f0a_b'] as const;
    const known = { name: 'Users' };
    expect(describeItems('Wait for', [{ kind, syncId, name: 'Users' }])).toBe(
      `Wait for model sync "Users" (${syncId})`,
    );
    expect(describeItems('Read', [{ kind, syncId, known }])).toBe(`Read model sync "Users" (${syncId})`);
    expect(describeItems('Start', [{ kind, syncId, name: null }])).toBe(`Start model sync ${syncId}`);
    expect(describeItems('Create', [{ kind, syncId: '', name: 'Users' }])).toBe('Create model sync "Users"');
    expect(
      describeItems(
        'Start',
        [known, known].map((one) => ({ kind, syncId, ...one })),
      ),
    ).toBe('Start 2 syncs');
  });

  it('keep the id of a sync with a long name, and stay short', () => {
    const summary = describeItems('Wait for the ingestion of', [
      { kind: 'bulk', syncId: '0a7c6f0e-2c1b-4f0a-9d53-0d3f6c3b1b6c', name: '\u6f22'.repeat(255) },
    ]);
    expect(summary).toContain('(0a7c6f0e-2c1b-4f0a-9d53-0d3f6c3b1b6c)');
    expect(Buffer.byteLength(summary)).toBeLessThan(300);
  });

  it('show name, execution and status of a run as text', () => {
    const since = '2026-11-27T00:00:00Z';
    const run = {
      phase: 'running',
      syncId: 's1',
      executionId: 'e1`<b>',
      status: '` ![x](https://evil.example) `',
      since,
      late: false,
    } as const;
    expect(describeRun({ ...run, phase: 'ended', syncId: 's1', executionId: 'e1', status: 'failed' }, 'Lake')).toBe(
      '**Ended** at 2026-11-27 00:00:00 UTC\n\n- sync **Lake** (`s1`)\n- execution `e1`, status `failed`',
    );
    const details = describeRun(run, hostile);
    expect(details.split('\n')).toHaveLength(4);
    for (const line of details.split('\n')) {
      expect(line).not.toMatch(markup);
      expect((line.match(/`/g) ?? []).length % 2).toBe(0);
    }
  });
});
