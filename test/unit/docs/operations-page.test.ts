/** The reference page in the repository is what the rows say now. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { operationsPage, operationsPagePath } from '../../../scripts/docs/operations-page';
import { operationNames } from '../../../src/polytomic/operations';

describe('docs/operations.md', () => {
  it('is what `npm run docs` writes', () => {
    expect(readFileSync(operationsPagePath, 'utf8')).toBe(operationsPage());
  });

  it('has a section for each operation, with its call, its trap and its secrets', () => {
    const page = operationsPage();
    operationNames.forEach((name) => expect(page.split(`\n### ${name}\n`)).toHaveLength(2));
    const section = page.split('\n### ').find((text) => text.startsWith('webhooks.create\n'));
    expect(section).toContain('`POST /api/webhooks`');
    expect(section).toContain('**`secret`** `string`');
    expect(section).toContain(
      'Secrets: in the input `secret`; in the input below `endpoint`, by name; in the answer `secret`, `endpoint`',
    );
    expect(page.split('\n### ').find((text) => text.startsWith('polytomic.jobs.runQuery\n'))).toContain('first page');
    expect(page.split('\n### ').find((text) => text.startsWith('webhooks.enable\n'))).toContain(
      'nothing that was missed',
    );
  });
});
