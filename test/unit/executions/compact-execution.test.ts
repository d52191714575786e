/** Executions cut to what an answer about many of them can hold. */
import { describe, expect, it } from '@jest/globals';
import type { SchemaExecution } from '../../../src/contracts/execution';
import { compactExecution } from '../../../src/executions/compact-execution';
import { completed } from '../rules/fixtures';

const schema = (index: number): SchemaExecution => ({
  ...{ schema: `public.table_${index}`, status: 'failed', failed: true, records: 0, errors: 1, warnings: 0 },
  message: 'ö'.repeat(500),
});

const schemas = Array.from({ length: 100 }, (_, index) => schema(index));
const execution = completed({
  schemas,
  errors: Array.from({ length: 20 }, () => 'x'.repeat(500)),
  schemaCounts: { total: 150, failed: 150 },
  failedSchemas: schemas.map((one) => one.schema),
});

describe('a compact execution', () => {
  it('keeps its counts and a few short messages, and no schemas', () => {
    const { schemas: kept, failedSchemas, schemaCounts, errors } = compactExecution(execution);
    expect({ kept, failedSchemas, schemaCounts }).toEqual({ schemaCounts: { total: 150, failed: 150 } });
    expect(errors).toEqual(Array.from({ length: 3 }, () => 'x'.repeat(200)));
  });

  it('keeps the first schemas where asked, as many as fit, so that it finds room beside many others', () => {
    const kept = compactExecution(execution, { schemas: true }).schemas ?? [];
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.map((one) => one.schema)).toEqual(schemas.slice(0, kept.length).map((one) => one.schema));
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(17 * 1024);
  });

  it('names the failed schemas where asked, all or none', () => {
    expect(compactExecution(execution, { failedSchemas: true }).failedSchemas).toHaveLength(100);
    const more = { ...execution, failedSchemas: [...(execution.failedSchemas ?? []), 'one more'] };
    expect(compactExecution(more, { failedSchemas: true })).not.toHaveProperty('failedSchemas');
  });
});
