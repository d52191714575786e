/** What the Temporal UI shows of a workflow that the program or one of its schedules starts. */
import { toDetails, toMarkdownText } from '../../rules/markdown';
import { markSync, summarizeSync, type KnownSync } from '../../rules/sync-names';

/** A workflow that is to be started. */
interface Start {
  readonly workflow: string;
  readonly input: unknown;
  /** For a workflow of one sync: the name of the sync, or its id. */
  readonly title: string;
}

/** Such as `bulk sync "Warehouse" (id)`, or the title of what is about many syncs. */
export function summarizeStart(start: Start): string {
  const sync = syncOf(start);
  return sync ? summarizeSync(sync) : toMarkdownText(start.title);
}

/** Markdown: what it is about, then who started it. */
export function detailStart(start: Start, startedBy: string): string {
  const sync = syncOf(start);
  const heading = sync ? `${markSync(sync)}, a ${sync.kind} sync` : `**${toMarkdownText(start.title)}**`;
  return toDetails(heading, [startedBy]);
}

/** Undefined for what is not about one sync that exists. */
function syncOf({ workflow, input, title }: Start): KnownSync | undefined {
  const { syncId, kind } = (input ?? {}) as { syncId?: unknown; kind?: unknown };
  if (typeof syncId !== 'string' || syncId === '') return undefined;
  const [, ofType] = /^run(Model|Bulk)Sync$/.exec(workflow) ?? [];
  const kindName = ofType?.toLowerCase() ?? (typeof kind === 'string' ? kind : undefined);
  return kindName === undefined ? undefined : { kind: kindName, syncId, name: title === syncId ? null : title };
}
