/** What failures mean for the others. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FailurePolicy } from '../../../src/contracts/fan-out-inputs';
import { reactionTo } from '../../../src/rules/failure-policy';

const policies: FailurePolicy[] = ['continue', 'stopStarting', 'cancelRest'];

describe('the failure policy', () => {
  it.each(policies)('%s changes nothing as long as nothing failed', (policy) => {
    expect(reactionTo(policy, 0)).toEqual({ mayStart: true, cancelRunning: false });
  });

  it.each<[FailurePolicy, boolean, boolean]>([
    ['continue', true, false],
    ['stopStarting', false, false],
    ['cancelRest', false, true],
  ])(
    '%s, after any failures: starting goes on %s, running ones are cancelled %s',
    (policy, mayStart, cancelRunning) => {
      fc.assert(
        fc.property(fc.integer({ min: 1 }), (failures) => {
          expect(reactionTo(policy, failures)).toEqual({ mayStart, cancelRunning });
        }),
      );
    },
  );

  it('never takes a reaction back when more fails', () => {
    fc.assert(
      fc.property(fc.constantFrom(...policies), fc.nat(200), fc.nat(200), (policy, before, more) => {
        const [early, late] = [reactionTo(policy, before), reactionTo(policy, before + more)];
        if (!early.mayStart) expect(late.mayStart).toBe(false);
        if (early.cancelRunning) expect(late.cancelRunning).toBe(true);
      }),
    );
  });
});
