/** Shape of the input of the activity `jobs.downloadLogs`. */
import { z } from 'zod';
import type { LogDownloadInput } from '../contracts/log-files';
import { id, strict, text } from './fields';
import { lazy } from './lazy';
import { parseInput } from './parse-input';
import { defaultOrganization } from './parse-run-input';

const logDownloadInput = lazy(
  () =>
    strict({
      organization: text().optional(),
      kind: z.enum(['model', 'bulk']),
      syncId: id(),
      executionId: id(),
      types: z
        .array(z.enum(['records', 'errors', 'warnings', 'inserts', 'updates', 'deletes']))
        .min(1, 'a list that is not empty')
        .optional(),
    }).refine(({ kind, types }) => kind === 'model' || types === undefined, {
      path: ['types'],
      error: 'model syncs only',
    }) satisfies z.ZodType<LogDownloadInput>,
);

/** @throws InvalidInputError that names every bad field. */
export function parseLogDownload(input: unknown): LogDownloadInput & { organization: string } {
  const parsed = parseInput('jobs.downloadLogs', logDownloadInput(), input);
  return { ...parsed, organization: parsed.organization ?? defaultOrganization };
}
