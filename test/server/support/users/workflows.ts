/** A user's workflows file: ours, startable by name, and one of the user's own that runs a sync inline. */
import { runBulkSync } from 'temporal-polytomic/workflow';

export * from 'temporal-polytomic/workflows';

/** Loads the lake and answers how many records that brought. */
export async function loadLake(syncId: string): Promise<number | null> {
  const { records } = await runBulkSync({ syncId });
  return records.total;
}
