/** The reference page in the repository is what the rows say now. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { securityPagePath, withRightsTable } from '../../../scripts/docs/rights-table';
import * as workflows from '../../../src/workflows';
import { workflowOperations } from '../../../src/activities/workflow-operations';
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

describe('the table of rights in docs/security.md', () => {
  it('is what `npm run docs` writes', () => {
    const page = readFileSync(securityPagePath, 'utf8');
    expect(withRightsTable(page)).toBe(page);
  });

  it('tells of every workflow that calls Polytomic, and names operations alone', () => {
    // A set's record calls nothing.
    const types = Object.keys(workflows).filter((name) => name !== 'polytomicSet');
    expect(Object.keys(workflowOperations).sort()).toEqual(types.sort());
    const named = Object.values(workflowOperations).flatMap(({ needed, more }) =>
      [needed, ...Object.values(more)].flat(),
    );
    expect(named.filter((name) => !operationNames.includes(name))).toEqual([]);
  });
});
