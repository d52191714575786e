/** `operationsPerMinute`: what one caller asks for does not use up what Polytomic gives the whole organization. */
import { describe, expect, it } from '@jest/globals';
import { OperationBudget } from '../../../src/activities/operation-budget';
import type { Organization } from '../../../src/activities/dependencies';
import { failureOf } from './support/activities-on-emulator';
import { activitiesOnFetch } from './support/activities-on-fetch';

const organization = (name: string, operationsPerMinute?: number): Organization =>
  ({ name, operationsPerMinute }) as Organization;

describe('operations a minute', () => {
  it('are refused beyond the limit, with the time to wait, and performed again after it', () => {
    let now = 1_000_000;
    const budget = new OperationBudget(() => now);
    const limited = organization('a', 6);
    for (let count = 0; count < 6; count += 1) budget.spend(limited);
    const spend = (): void => budget.spend(limited);
    expect(spend).toThrow(expect.objectContaining({ type: 'polytomic.RateLimited', nextRetryDelay: 10_000 }));
    expect(() => budget.spend(organization('b', 6))).not.toThrow();
    now += 10_000;
    expect(spend).not.toThrow();
    expect(spend).toThrow();
  });

  it('are as many as are asked for where nothing is said', () => {
    const budget = new OperationBudget(() => 0);
    for (let count = 0; count < 10_000; count += 1) budget.spend(organization('a'));
  });

  it('count operation activities and requests together, and reach Polytomic no more often', async () => {
    const plugin = { operations: 'all', operationsPerMinute: 2 };
    const { perform, sent } = activitiesOnFetch(() => ({ json: { data: [] } }), plugin);
    await perform('bulkSync.list', {});
    await perform('request', { method: 'GET', path: '/api/x' });
    const failure = await failureOf(perform('bulkSync.list', {}));
    expect(failure).toMatchObject({ type: 'polytomic.RateLimited', nonRetryable: false });
    expect(sent).toHaveLength(2);
  });
});
