/** A sync as people know it: by its name, with the id behind it. */
import { toMarkdownCode, toMarkdownText, toPlainId } from './markdown';

/** Of a name in a summary, where an id follows. */
const maxNameBesideId = 64;

/** What is known of it; of one that is yet to be created the id is empty. */
export interface KnownSync {
  readonly kind: string;
  readonly syncId: string;
  readonly name: string | null;
}

/** Such as `bulk sync "Warehouse" (id)`; for texts that nothing renders, such as failures. */
export function nameOf({ kind, name, syncId }: KnownSync): string {
  const id = name && syncId ? `(${syncId})` : syncId;
  return [kind, 'sync', ...(name ? [`"${name}"`] : []), ...(id ? [id] : [])].join(' ');
}

/** As {@link nameOf}, short, and with nothing in it that Markdown takes for its own: for summaries. */
export function summarizeSync({ kind, name, syncId }: KnownSync): string {
  return nameOf({ kind, name: name && toMarkdownText(name, maxNameBesideId), syncId: toPlainId(syncId) });
}

/** A sync in Markdown, such as "**Warehouse** (`id`)"; of a pipeline, after its step. */
export function markSync({ stepId, syncId, name }: Omit<KnownSync, 'kind'> & { readonly stepId?: string }): string {
  const id = toMarkdownCode(syncId);
  const text = name && toMarkdownText(name);
  const sync = text ? `**${text}**${id && ` (${id})`}` : id;
  return stepId === undefined ? sync : [toMarkdownCode(stepId), sync].filter((part) => part !== '').join(': ');
}
