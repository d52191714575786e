/** From the input of `awaitSync`, right or wrong, to what to wait for, with every default applied. */
import { z } from 'zod';
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { SyncKind } from '../contracts/sync-kind';
import { toMilliseconds } from '../rules/duration';
import { duration, evenIfWrong, strict, time } from './fields';
import { givenId } from './given-id';
import { lazy } from './lazy';
import { parseInput } from './parse-input';
import { defaultOrganization } from './parse-run-input';
import { resolveRunOptions } from './resolve-run-options';
import { sharedRunFields, type Fields } from './shared-run-fields';

/** An input, parsed. At most one of `executionId` and `completedAfter` is set. */
export interface ParsedAwait {
  kind: SyncKind;
  syncId: string;
  organization: string;
  executionId: string | null;
  completedAfter: string | null;
  /** Instead of a run: until the ingestion is no farther behind, in milliseconds. */
  caughtUpWithinMs: number | null;
  options: ResolvedRunOptions;
  /** Names as given, each once. */
  notify: string[];
}

/** Polytomic's clocks differ by seconds, and its answers are as old. */
const minLagMs = 10_000;

const caughtUpWithin = lazy(() =>
  duration().refine((value) => (toMilliseconds(value) ?? 0) >= minLagMs, 'expected 10 seconds or more'),
);

/** What is about starting a run has no place here: taking it without doing it would mislead. */
const fields = lazy(() => {
  const { ifRunning: _ifRunning, startedAfter: _after, ifInactive: _inactive, ...rest } = sharedRunFields();
  const {
    onStalled: _onStalled,
    checkConnections: _checked,
    retry: _retry,
    timeoutPerAttempt: _perAttempt,
    ...shared
  } = rest;
  return {
    kind: z.enum(['model', 'bulk']),
    syncId: givenId(),
    executionId: givenId().optional(),
    completedAfter: time().optional(),
    caughtUpWithin: caughtUpWithin().optional(),
    ...shared,
  } satisfies Fields<AwaitSyncInput>;
});

/** What judges a run, or is about one; where none is waited for it would mislead. */
const ofRuns = [
  'maxErrorRecords',
  'maxErrorRatio',
  'maxWarnings',
  'minRecords',
  'minRecordsRatio',
  'stalledAfter',
  'liveCounts',
] as const satisfies (keyof AwaitSyncInput)[];

/** Input of `awaitSync`. */
export const awaitSyncInput = lazy(
  () =>
    strict(fields()).superRefine((input, context) => {
      const refuse = (field: keyof AwaitSyncInput, message: string): void => {
        context.addIssue({ code: 'custom', path: [field], message });
      };
      const { executionId, completedAfter } = input;
      if (executionId !== undefined && completedAfter !== undefined) {
        refuse('completedAfter', 'cannot be given together with executionId');
      }
      if (input.caughtUpWithin === undefined) return;
      if (input.kind === 'model') refuse('caughtUpWithin', "needs kind 'bulk': model syncs have no ingestion");
      const others = (['executionId', 'completedAfter'] as const).filter((name) => input[name] !== undefined);
      if (others.length > 0) refuse('caughtUpWithin', `cannot be given together with ${others.join(' and ')}`);
      for (const name of ofRuns) {
        if (input[name] !== undefined)
          refuse(name, 'cannot be given together with caughtUpWithin, which awaits no run');
      }
    }, evenIfWrong) satisfies z.ZodType<AwaitSyncInput>,
);

/** @throws InvalidInputError that names every bad field; the field `input` when there is none at all. */
export function parseAwaitSyncInput(input: unknown): ParsedAwait {
  const parsed = parseInput('awaitSync', awaitSyncInput(), input);
  const { kind, syncId } = parsed;
  return {
    kind,
    syncId,
    organization: parsed.organization ?? defaultOrganization,
    executionId: parsed.executionId ?? null,
    completedAfter: parsed.completedAfter ?? null,
    caughtUpWithinMs: toMilliseconds(parsed.caughtUpWithin) ?? null,
    options: resolveRunOptions(kind, parsed),
    notify: [...new Set(parsed.notify)],
  };
}
