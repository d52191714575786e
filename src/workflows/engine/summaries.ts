/** Short texts for the Temporal UI. */

/** Temporal refuses summaries that are too long. */
const maxName = 100;

/** Such as "Start bulk sync "Warehouse"" or "Start 12 syncs". */
export function describeItems(
  verb: string,
  items: readonly { kind: string; syncId: string; name?: string | null; known?: { name: string } }[],
): string {
  const [only] = items;
  if (items.length !== 1 || !only) return `${verb} ${items.length} syncs`;
  const name = only.name ?? only.known?.name;
  return `${verb} ${only.kind} sync ${name ? `"${name.slice(0, maxName)}"` : only.syncId}`;
}
