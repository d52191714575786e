/** Set-ups that are broken in one way each: the way is named, with its cure. */
import { describe, expect, it } from '@jest/globals';
import {
  judgeNode,
  judgePollers,
  judgeServer,
  judgeSetup,
  judgeVisibility,
  type Finding,
} from '../../../src/cli/doctor/findings';
import { exitCodes } from '../../../src/cli/exit-codes';
import type { OrganizationSetup, PolytomicSetup } from '../../../src/contracts/inspection';
import { failureTypes, type FailureType } from '../../../src/contracts/failure-types';

const organization: OrganizationSetup = {
  ...{ name: 'default', url: 'https://app.polytomic.com', apiVersion: '2025-09-18', failure: null, clockAheadMs: 900 },
  identity: { organizationId: 'o', organizationName: 'Acme', mode: 'read_write' },
  allowed: { list: true, run: true, cancel: true, create: true, provision: false },
};
const setup = (change: Partial<OrganizationSetup> = {}, version = '1.0.0'): PolytomicSetup => ({
  ...{ version, node: 'v20.19.0', now: '2026-11-26T12:00:00Z', waitTaskQueue: 'q-polytomic-wait' },
  organizations: [{ ...organization, ...change }],
});
const failure = (type: FailureType) => ({ identity: null, failure: { type, message: type, nonRetryable: true } });
const poller = { identity: 'me', lastAccess: '2026-11-26T12:00:00Z', deployment: null };
const queues = (...polled: boolean[]) =>
  (['workflow', 'activity', 'activity'] as const).map((type, at) => ({
    taskQueue: `q${at}`,
    type,
    pollers: polled[at] ? [poller] : [],
  }));
const allowed = (change: Partial<OrganizationSetup['allowed']>) =>
  setup({ allowed: { ...organization.allowed, ...change } });

describe('doctor', () => {
  it('finds nothing wrong with a good set-up', () => {
    const findings = [
      judgeNode('v20.19.0'),
      judgeServer('1.31.2'),
      judgeVisibility(null),
      ...judgePollers(queues(true, true, true)),
      ...judgeSetup(setup(), '1.0.0'),
    ];
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.map(({ message }) => message)).toContain(
      'Accepted by https://app.polytomic.com (API 2025-09-18) for Acme',
    );
  });

  it.each<[string, Finding[], Finding['state'], number, RegExp, RegExp]>([
    ['an old Node', [judgeNode('v18.20.0')], 'broken', exitCodes.usage, /v18\.20\.0 is too old/, /Install Node 20\.19/],
    ['a Node 20 that is too old', [judgeNode('v20.18.9')], 'broken', exitCodes.usage, /too old/, /Install Node/],
    ['an old server', [judgeServer('1.20.0')], 'warning', 0, /may lack updates/, /Update the server/],
    ['no list of workflows', [judgeVisibility('no store')], 'warning', 0, /no store/, /visibility/],
    [
      'no workers',
      judgePollers(queues(false, true, true)),
      'broken',
      exitCodes.noWorker,
      /q0 \(workflow\)/,
      /temporal-polytomic worker/,
    ],
    ['no activities', judgePollers(queues(true, false, true)), 'broken', exitCodes.noWorker, /q1/, /with the plugin/],
    [
      'nobody who waits',
      judgePollers(queues(true, true, false)),
      'broken',
      exitCodes.noWorker,
      /q2/,
      /POLYTOMIC_WAIT=on/,
    ],
    [
      'versions that differ',
      judgeSetup(setup({}, '0.9.0'), '1.0.0'),
      'warning',
      0,
      /worker is 0\.9\.0/,
      /Update the older/,
    ],
    [
      'a wrong key',
      judgeSetup(setup(failure(failureTypes.Unauthorized)), '1.0.0'),
      'broken',
      exitCodes.notAllowed,
      /Unauthorized/,
      /POLYTOMIC_API_KEY/,
    ],
    [
      'a key that may not',
      judgeSetup(setup(failure(failureTypes.Forbidden)), '1.0.0'),
      'broken',
      exitCodes.notAllowed,
      /Forbidden/,
      /permission/,
    ],
    [
      'a network that is cut',
      judgeSetup(setup(failure(failureTypes.Network)), '1.0.0'),
      'broken',
      exitCodes.failed,
      /Network/,
      /proxy/,
    ],
    [
      'Polytomic in trouble',
      judgeSetup(setup(failure(failureTypes.Unavailable)), '1.0.0'),
      'broken',
      exitCodes.failed,
      /Unavailable/,
      /once it is back/,
    ],
    [
      'another server',
      judgeSetup(setup(failure(failureTypes.UnexpectedResponse)), '1.0.0'),
      'broken',
      exitCodes.failed,
      /Unexpected/,
      /POLYTOMIC_URL/,
    ],
    [
      'lists not allowed',
      judgeSetup(allowed({ list: false }), '1.0.0'),
      'broken',
      exitCodes.notAllowed,
      /Lists of syncs/,
      /POLYTOMIC_OPERATIONS/,
    ],
    [
      'runs not allowed',
      judgeSetup(allowed({ run: false }), '1.0.0'),
      'broken',
      exitCodes.notAllowed,
      /Starting syncs/,
      /POLYTOMIC_OPERATIONS/,
    ],
    [
      'cancels not allowed',
      judgeSetup(allowed({ cancel: false }), '1.0.0'),
      'warning',
      0,
      /go on after a cancel/,
      /POLYTOMIC_OPERATIONS/,
    ],
    [
      'a clock that is ahead',
      judgeSetup(setup({ clockAheadMs: 300_000 }), '1.0.0'),
      'broken',
      exitCodes.failed,
      /300 s ahead/,
      /NTP/,
    ],
    [
      'a clock that is behind',
      judgeSetup(setup({ clockAheadMs: -90_000 }), '1.0.0'),
      'broken',
      exitCodes.failed,
      /90 s behind/,
      /NTP/,
    ],
  ])('names %s, with its cure, and nothing else', (_what, findings, state, exitCode, message, cure) => {
    const [found, ...others] = findings.filter((finding) => finding.state !== 'ok');
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      state,
      exitCode,
      message: expect.stringMatching(message),
      cure: expect.stringMatching(cure),
    });
  });
});
