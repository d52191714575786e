/** The workflow `exportPolytomic`. */
import type { ExportPolytomicInput, ExportResult } from '../contracts/provision';
import { unwrapActivityFailure } from './run-engine';
import { provisionActivity } from './provision/activities';

/** A live organization, or a part of it, as a spec whose plan is empty. Reads only. */
export async function exportPolytomic(input: ExportPolytomicInput = {}): Promise<ExportResult> {
  return unwrapActivityFailure(() => provisionActivity('exportObjects', 'Read the organization')({ input }));
}
