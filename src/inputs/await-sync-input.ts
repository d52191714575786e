/** From the input of `awaitSync`, right or wrong, to what to wait for, with every default applied. */
import { z } from 'zod';
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { ResolvedRunOptions } from '../contracts/composite-activities';
import type { SyncKind } from '../contracts/sync-kind';
import { evenIfWrong, id, strict, time } from './fields';
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
  options: ResolvedRunOptions;
  /** Names as given, each once. */
  notify: string[];
}

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
    syncId: id(),
    executionId: id().optional(),
    completedAfter: time().optional(),
    ...shared,
  } satisfies Fields<AwaitSyncInput>;
});

/** Input of `awaitSync`. */
export const awaitSyncInput = lazy(
  () =>
    strict(fields()).superRefine((input, context) => {
      if (input.executionId === undefined || input.completedAfter === undefined) return;
      const message = 'cannot be given together with executionId';
      context.addIssue({ code: 'custom', path: ['completedAfter'], message });
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
    options: resolveRunOptions(kind, parsed),
    notify: [...new Set(parsed.notify)],
  };
}
