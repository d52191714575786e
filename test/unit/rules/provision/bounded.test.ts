/** Whatever a set comes to, it fits into a history. */
import { describe, expect, it } from '@jest/globals';
import { checkObjects, maxSetObjects } from '../../../../src/rules/provision/check-spec';
import { boundDrift, boundFailure, boundPlan, maxOutcomeBytes } from '../../../../src/rules/provision/bounded';
import { noDetails, summaryOf } from '../../../../src/rules/provision/plan-summary';
import { maxRecordBytes, recordProblem } from '../../../../src/rules/provision/record-size';
import { toObjects } from '../../../../src/rules/provision/to-objects';
import type { TouchedResource } from '../../../../src/contracts/provision';
import type { FieldChange, PlannedAction, PlannedChange } from '../../../../src/contracts/provision-plan';
import type { OwnedObject } from '../../../../src/contracts/provision-record';
import type { ProvisionSpec } from '../../../../src/contracts/provision-spec';

const long = 'x'.repeat(200);
const fields: FieldChange[] = Array.from({ length: 100 }, (_one, at) => ({
  ...{ path: `configuration.field${at}`, before: long, after: long },
}));
const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_one, at) => make(at));
const changeAt = (at: number, action: PlannedAction, more: Partial<PlannedChange> = {}): PlannedChange => ({
  ...noDetails,
  ...{ address: `connections.${'n'.repeat(90)}${at}`, kind: 'connections', name: long, action, fieldCount: 0 },
  ...more,
});
const planOf = (changes: PlannedChange[]) => ({
  ...{ organization: 'o', set: 's', hash: 'h', ownership: 'known' as const, changes, omitted: 0 },
  ...summaryOf(changes),
});
const bytesOf = (value: unknown): number => JSON.stringify(value).length;

describe('a plan', () => {
  it('of a thousand objects that differ in all their fields keeps its counts, its order and its size', () => {
    const whole = planOf(times(1_000, (at) => changeAt(at, 'update', { fields, fieldCount: 2_000 })));
    const plan = boundPlan(whole);
    expect(bytesOf(plan)).toBeLessThan(maxOutcomeBytes + 2_000);
    expect(plan.counts.update).toBe(1_000);
    expect(plan.changes[0]).toMatchObject({ fieldCount: 2_000, fields: { length: 100 } });
    expect(plan.changes.at(-1)?.fields).toEqual([]);
    expect(plan.omitted).toBe(1_000 - plan.changes.length);
  });

  it('leaves out what stays unchanged before anything else, and what is blocked never before that', () => {
    const actions: PlannedAction[] = ['unchanged', 'update', 'blocked'];
    const whole = planOf(times(2_400, (at) => changeAt(at, actions[at % 3] ?? 'unchanged', { reason: long })));
    const { changes, omitted } = boundPlan(whole);
    const count = (action: PlannedAction): number => changes.filter((one) => one.action === action).length;
    expect([count('blocked'), count('unchanged')]).toEqual([800, 0]);
    expect(count('update')).toBeGreaterThan(0);
    expect(omitted).toBe(2_400 - changes.length);
    expect(changes.map(({ address }) => Number(/\d+$/.exec(address)?.[0]))).toEqual(
      changes.map(({ address }) => Number(/\d+$/.exec(address)?.[0])).toSorted((one, other) => one - other),
    );
  });

  it('that is small stays as it is', () => {
    const whole = planOf(times(20, (at) => changeAt(at, 'update', { fields: fields.slice(0, 3), fieldCount: 3 })));
    expect(boundPlan(whole)).toEqual(whole);
  });
});

describe('a drift and a failure', () => {
  it('keep their size, and count what they leave out', () => {
    const touched = times(3_000, (at): TouchedResource => ({
      ...{ address: `models.m${at}`, kind: 'models', name: long, id: long, reason: long, before: fields },
    }));
    const failure = boundFailure({
      ...{ organization: 'o', set: 's', failed: touched.slice(0, 5), made: [], undone: touched, left: touched },
      omitted: 0,
    });
    expect(bytesOf(failure)).toBeLessThan(maxOutcomeBytes + 2_000);
    expect(failure.failed).toHaveLength(5);
    expect(failure.omitted).toBe(6_005 - 5 - failure.left.length - failure.undone.length);
    const resources = touched.map(({ address, name, id }) => ({
      ...{ address, name, id, state: 'changed' as const, fields, reason: null },
    }));
    const drift = boundDrift({ organization: 'o', set: 's', drifted: true, resources, omitted: 0 });
    expect(bytesOf(drift)).toBeLessThan(maxOutcomeBytes + 2_000);
    expect(drift.omitted).toBe(3_000 - drift.resources.length);
  });
});

describe('a set', () => {
  const specOf = (count: number): ProvisionSpec => ({
    connections: Object.fromEntries(
      times(count, (at) => [`c${at}`, { name: `C ${at}`, type: 'csv', configuration: {} }]),
    ),
  });

  it('of more objects than a history takes is refused with the way out', () => {
    const problemsOf = (count: number) => checkObjects(toObjects(specOf(count)), specOf(count));
    expect(problemsOf(maxSetObjects)).toEqual([]);
    expect(problemsOf(maxSetObjects + 1)).toEqual([
      { path: [], message: 'has 1001 objects, more than the 1000 of one set; split it by name' },
    ]);
  });

  it('whose record would grow too large is refused, what the spec dropped counted', () => {
    const objects = toObjects(specOf(maxSetObjects));
    const dropped = (count: number): Record<string, OwnedObject> =>
      Object.fromEntries(
        times(count, (at) => [
          `models.gone${at}`,
          { kind: 'models', id: 'i'.repeat(36), name: long, origin: 'created', specHash: '', secretVersions: {} },
        ]),
      );
    expect(recordProblem(objects, {})).toBeUndefined();
    expect(recordProblem(objects, dropped(500))).toBeUndefined();
    expect(recordProblem(objects, dropped(2_000))).toMatch(
      new RegExp(`3000 objects, more than ${maxRecordBytes}: split the spec into sets by name, or prune`),
    );
  });
});
