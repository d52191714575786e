/** The steps of a pipeline: what may start, what is skipped, what a step must not attach to. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ResolvedSteps } from '../../../src/contracts/prepared-fan-out';
import type { RunOutcome } from '../../../src/contracts/run-result';
import { dependentsOf } from '../../../src/rules/graph';
import { PipelineSource } from '../../../src/workflows/library/many/pipeline-source';
import { prepared, resultOf } from './support';

const step = (id: string, after: string[] = []): ResolvedSteps[number] => ({
  id,
  kind: 'bulk',
  syncId: `sync-${id}`,
  after,
  start: {},
  ifInactive: 'run',
});

const outcomes: RunOutcome[] = ['completed', 'completedWithErrors', 'failed', 'partiallyFailed', 'canceled', 'skipped'];

/** Any graph: each step waits for some of those before it. */
const graphs = fc
  .array(fc.tuple(fc.array(fc.nat(), { maxLength: 3 }), fc.constantFrom(...outcomes)), { minLength: 1, maxLength: 12 })
  .map((specs) =>
    specs.map(([after, outcome], index) => ({
      step: step(`s${index}`, index === 0 ? [] : [...new Set(after.map((place) => `s${place % index}`))]),
      outcome,
    })),
  );

describe('a pipeline', () => {
  it('runs each step at most once, never before all it waits for have succeeded, and skips just the rest', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), (specs, choices) => {
        const steps = specs.map((spec) => spec.step);
        const source = new PipelineSource(steps, prepared);
        const ended = new Map<string, RunOutcome>();
        for (;;) {
          const available = [...source.available()];
          if (available.length === 0) break;
          const job = available[Number(choices.next().value) % available.length];
          if (!job) break;
          expect(ended.has(job.id)).toBe(false);
          const own = specs.find((spec) => spec.step.id === job.id);
          for (const id of own?.step.after ?? []) expect(['completed', 'completedWithErrors']).toContain(ended.get(id));
          source.take(job);
          const outcome = own?.outcome ?? 'failed';
          ended.set(job.id, outcome);
          for (const skipped of source.ended(job, resultOf(outcome))) {
            expect(skipped.because).toBe(job.id);
            expect(dependentsOf(steps, job.id).has(skipped.job.id)).toBe(true);
            expect(ended.has(skipped.job.id)).toBe(false);
            ended.set(skipped.job.id, 'skipped');
          }
        }
        expect(source.waiting).toBe(0);
        expect([...ended.keys()].sort()).toEqual(steps.map(({ id }) => id).sort());
      }),
    );
  });

  it('lets a step attach only to runs that began after the last of its predecessors had ended', () => {
    const source = new PipelineSource([step('a'), step('b'), step('c', ['a', 'b'])], prepared);
    const [a, b] = [...source.available()];
    if (!a || !b) throw new Error('two steps should be available');
    for (const job of [a, b]) source.take(job);
    expect(a.startedAfter).toBeNull();
    source.ended(a, resultOf('completed', '2026-11-22T12:00:00.000Z'));
    source.ended(b, resultOf('completed', '2026-11-22T11:00:00.000Z'));
    const [c] = source.available();
    expect(c?.startedAfter).toBe('2026-11-22T12:00:00.000Z');
  });

  it('says why a step cannot be skipped', () => {
    const source = new PipelineSource([step('a'), step('b', ['a'])], prepared);
    expect(() => source.checkSkip('ghost')).toThrow('no step "ghost" waits');
    const [a] = source.available();
    if (a) source.take(a);
    expect(() => source.checkSkip('a')).toThrow('no step "a" waits');
    expect(source.skip('b')?.id).toBe('b');
    expect(source.waiting).toBe(0);
  });

  it('retries failed schemas of bulk steps only', () => {
    const steps = [step('a'), { ...step('b'), kind: 'model' as const }];
    const retrying = { ...prepared, options: { ...prepared.options, retryFailedSchemas: 2 } };
    expect([...new PipelineSource(steps, retrying).available()].map(({ retriesLeft }) => retriesLeft)).toEqual([2, 0]);
  });
});
