/** What is named when the plan that was agreed to is no longer true. */
import { describe, expect, it } from '@jest/globals';
import type { PlannedChange } from '../../../../src/contracts/provision-plan';
import { planDifferences, type ComparedPlan } from '../../../../src/rules/provision/plan-differences';
import { noDetails } from '../../../../src/rules/provision/plan-summary';
import type { MadePlan } from '../../../../src/workflows/provision/make-plan';
import { planChanged } from '../../../../src/workflows/provision/plan-changed';

const change = (name: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  ...noDetails,
  ...{ address: `models.${name}`, kind: 'models', name, id: '1', action: 'update' },
  ...more,
});
const planOf = (changes: PlannedChange[], planned: ComparedPlan['planned'] = {}): MadePlan => ({
  ...({ plan: { hash: 'h', changes }, planned } as unknown as MadePlan),
});
const port = (before: number) => ({ fields: [{ path: 'configuration.port', before, after: 3 }], fieldCount: 1 });
const differences = (agreed: MadePlan, now: MadePlan) =>
  planDifferences(agreed, now).map(({ address, what }) => `${address}: ${what}`);

describe('the difference of two plans', () => {
  it('is what changed alone, not all that is to be done', () => {
    const agreed = planOf([change('same', port(1)), change('field', port(1)), change('gone', { id: '7' })]);
    const now = planOf([
      change('same', port(1)),
      change('field', port(2)),
      change('gone', { id: null, action: 'create' }),
      change('new', { action: 'delete' }),
    ]);
    expect(differences(agreed, now)).toEqual([
      'models.field: configuration.port',
      'models.gone: was update, now create',
      'models.new: now delete',
    ]);
    expect(differences(now, agreed)).toContain('models.new: was delete, now nothing');
    const { message } = planChanged(now, agreed);
    expect(message).toContain('models.field (configuration.port), models.gone (was update, now create)');
    expect(message).not.toContain('models.same');
    expect(planChanged(now).message).toContain('now models.same (update)');
  });

  it('is told of what no shown field tells, and of the record alone', () => {
    const with_ = (fingerprint: string, namesakes: string[]) =>
      planOf([change('a')], { 'models.a': { fingerprint, namesakes } });
    expect(differences(with_('x', []), with_('y', []))).toEqual(['models.a: its fields']);
    expect(differences(with_('x', []), with_('x', ['2']))).toEqual(['models.a: its namesakes']);
    expect(differences(with_('x', ['1', '2']), with_('x', ['2', '1']))).toEqual([]);
    expect(planChanged(with_('x', []), with_('x', [])).message).toContain('the record of the set');
  });

  it('names the targets of a destroy that differ', () => {
    const deleted = (id: string) => planOf([change('a', { action: 'delete', id }), change('b', { action: 'delete' })]);
    expect(differences(deleted('1'), deleted('2'))).toEqual(['models.a: was 1, now 2']);
  });
});
