/** Inputs of operation activities: what is ours, what is the API's, and what the compiler takes. */
import { describe, expect, it } from '@jest/globals';
import { parseOperationInput } from '../../../src/inputs/operation-input';
import type { OperationActivities } from '../../../src/activities/operations';

describe('the input of an operation activity', () => {
  it('is split into what is ours and what is the API’s', () => {
    const input = { organization: 'acme', idempotencyKey: 'key-1234', id: 's', resync: true };
    expect(parseOperationInput('modelSync.start', input)).toEqual({
      organization: 'acme',
      idempotencyKey: 'key-1234',
      request: { id: 's', resync: true },
    });
    expect(parseOperationInput('identity.get', undefined)).toMatchObject({ organization: 'default', request: {} });
  });
});

describe('the compiler', () => {
  /** Never called: it is the type check of the tests that proves these lines. */
  async function checked({ webhooks, modelSync, connections }: OperationActivities): Promise<void> {
    await webhooks.create({ endpoint: 'e', secret: { $env: 'HOOK' }, organization: 'acme' });
    // @ts-expect-error a secret written out
    await webhooks.create({ endpoint: 'e', secret: 'written-out' });
    // @ts-expect-error a missing field
    await webhooks.create({ secret: { $env: 'HOOK' } });
    // @ts-expect-error a misspelt field
    await modelSync.start({ id: 's', resynk: true });
    await connections.create({ name: 'n', type: 't', configuration: { password: { $file: 'p' } } });
  }

  it('lets workflow code give secrets as references only', () => {
    expect(checked).toBeInstanceOf(Function);
  });
});
