/** The published JSON Schemas tell what the contracts' comments tell, and change nothing else. */
import { describe, expect, it } from '@jest/globals';
import { describedSchemas } from '../../../scripts/build/described-schemas';
import { workflowSchemas } from '../../../src/inputs/workflow-schemas';

const described = describedSchemas();

type Described = Record<string, { description?: string; properties: Described; additionalProperties: unknown }>;
const propertiesOf = (name: string): Described => described[name]?.properties as Described;

/** A schema without its words. */
const silent = (schema: unknown): unknown =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'description' && typeof value === 'string' ? undefined : value,
    ),
  );

describe('the described schemas', () => {
  it('are those that the shapes make', () => {
    expect(silent(described)).toEqual(silent(workflowSchemas()));
  });

  it('say of each field that all runs share what it means', () => {
    const { syncId: _syncId, start: _start, ...shared } = propertiesOf('runModelSync.input');
    expect(Object.entries(shared).filter(([, { description }]) => !description)).toEqual([]);
    expect(shared.ifRunning?.description).toContain('Default `waitThenStart`');
    expect(shared.timeout?.description).toMatch(/^Of the whole workflow\. .*ISO 8601/);
  });

  it('go into what is nested, in inputs and in results', () => {
    const start = propertiesOf('createAndRunBulkSync.input').start?.properties;
    expect(start?.resyncMode?.description).toContain('excludes `test`');
    const step = propertiesOf('runSyncPipeline.result').steps?.additionalProperties as Described[string];
    expect(step.properties.because?.description).toContain('kept this one from starting');
  });
});
