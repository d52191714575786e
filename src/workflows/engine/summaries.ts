/** Short texts for the Temporal UI. */

import { nameOf } from './decide';

/** Temporal refuses summaries that are too long. */
const maxName = 100;
/** Of a name in a summary, where an id follows. */
const maxNameBesideId = 64;

/** Without what Markdown would take for its own, on one line, and short: the Temporal UI renders it. */
export function plain(text: string): string {
  return text.slice(0, maxName).replace(/[`*_<>[\]\r\n]/g, ' ');
}

/** As {@link plain}; what stands inside an id is kept, so that it can be copied. */
function plainId(id: string): string {
  return id.slice(0, maxName).replace(/[`*<>[\]\r\n]/g, ' ');
}

/** A sync in Markdown, such as "**Warehouse** (`id`)"; of a pipeline, after its step. */
export function markSync({ stepId, syncId, name }: { stepId?: string; syncId: string; name: string | null }): string {
  const id = syncId && `\`${plainId(syncId)}\``;
  const sync = name ? `**${plain(name)}**${id && ` (${id})`}` : id;
  return stepId === undefined ? sync : [`\`${plain(stepId)}\``, sync].filter((part) => part !== '').join(': ');
}

/** Such as "Start bulk sync "Warehouse" (id)" or "Start 12 syncs". */
export function describeItems(
  verb: string,
  items: readonly { kind: string; syncId: string; name?: string | null; known?: { name: string } }[],
): string {
  const [only] = items;
  if (items.length !== 1 || !only) return `${verb} ${items.length} syncs`;
  const { kind, syncId } = only;
  const name = only.name ?? only.known?.name ?? null;
  return `${verb} ${nameOf({ kind, name: name && plain(name).slice(0, maxNameBesideId), syncId: plainId(syncId) })}`;
}
