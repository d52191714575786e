/** Short texts for the Temporal UI. */

/** Temporal refuses summaries that are too long. */
const maxName = 100;

/** Without what Markdown would take for its own, on one line, and short: the Temporal UI renders it. */
export function plain(text: string): string {
  return text.slice(0, maxName).replace(/[`*_<>[\]\r\n]/g, ' ');
}

/** Such as "Start bulk sync "Warehouse"" or "Start 12 syncs". */
export function describeItems(
  verb: string,
  items: readonly { kind: string; syncId: string; name?: string | null; known?: { name: string } }[],
): string {
  const [only] = items;
  if (items.length !== 1 || !only) return `${verb} ${items.length} syncs`;
  const name = only.name ?? only.known?.name;
  return `${verb} ${only.kind} sync ${name ? `"${plain(name)}"` : only.syncId}`;
}
