/** Short texts for the Temporal UI. */
import { summarizeSync } from '../../rules/sync-names';

/** Of the timer for what is due next: a timeout, a warning, another attempt. */
export const deadlineSummary = 'Until the next deadline, if nothing happens before';

/** Such as "Start bulk sync "Warehouse" (id)" or "Start 12 syncs". */
export function describeItems(
  verb: string,
  items: readonly { kind: string; syncId: string; name?: string | null; known?: { name: string } }[],
): string {
  const [only] = items;
  if (items.length !== 1 || !only) return `${verb} ${items.length} syncs`;
  const { kind, syncId } = only;
  return `${verb} ${summarizeSync({ kind, syncId, name: only.name ?? only.known?.name ?? null })}`;
}
