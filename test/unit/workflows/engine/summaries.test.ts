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
    expect(summary).not.toMatch(markup);
    expect(summary).not.toContain('`');
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
    const details = describeRun(run, hostile);
    expect(details.split('\n')).toHaveLength(4);
    for (const line of details.split('\n')) {
      expect(line).not.toMatch(markup);
      expect((line.match(/`/g) ?? []).length % 2).toBe(0);
    }
  });
});
