/** What the Temporal UI shows of a provisioning while it runs. */
import { expect, it } from '@jest/globals';
import type { ProvisionProgress } from '../../../src/contracts/provision';
import { describeProvisioning } from '../../../src/workflows/provision/as-provisioning';

const progress: ProvisionProgress = {
  ...{ phase: 'applying', since: '2026-11-27T15:37:12.345Z', set: 'eu_lake', planHash: 'abc' },
  counts: { total: 3, done: 1, working: 1, failed: 0 },
  working: [{ address: 'bulkSyncs.lake', why: 'waits for *connections.warehouse*\n- or so' }],
  needsConsent: [{ address: 'connections.crm', name: '![x](y) CRM' }],
};

it('says what is done, and what is waited for; names of others are text', () => {
  expect(describeProvisioning(progress).split('\n')).toEqual([
    '**Applying** (set `eu_lake`), since 2026-11-27 15:37:12 UTC',
    '',
    '- 1 of 3 objects done, 1 in work, 0 failed',
    '- `connections.crm` ("! x (y) CRM") needs consent',
    '- `bulkSyncs.lake`: waits for connections.warehouse - or so',
  ]);
});

it('names the plan while it waits for an approval', () => {
  expect(describeProvisioning({ ...progress, phase: 'waitingForApproval' })).toContain('\n- plan `abc`\n');
});

it('counts no objects before there is a plan to carry out', () => {
  const counts = { total: 0, done: 0, working: 0, failed: 0 };
  expect(describeProvisioning({ ...progress, counts, working: [], needsConsent: [] })).not.toContain('objects');
  expect(describeProvisioning({ ...progress, phase: 'ended' })).toMatch(
    /^\*\*Ended\*\* \(set `eu_lake`\) at 2026-11-27 15:37:12 UTC\n/,
  );
});

it('stays within what Temporal takes', () => {
  const long = '漢'.repeat(5_000);
  const many = Array.from({ length: 1_000 }, () => ({ address: long, name: long, why: long }));
  expect(Buffer.byteLength(describeProvisioning({ ...progress, working: many, needsConsent: many }))).toBeLessThan(
    20_000,
  );
});
