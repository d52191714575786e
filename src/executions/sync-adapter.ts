/** What both kinds of syncs can do, in one vocabulary; nothing outside the adapters asks which kind it is. */
import type { StartOptions } from '../contracts/run-options';
import type { SyncProblem } from '../contracts/sync-snapshot';
import type { Execution, ExecutionShape } from '../contracts/execution';
import type { IngestionState } from '../contracts/ingestion';
import type { ExecutionRef, SyncKind } from '../contracts/sync-kind';
import type { CallOptions } from '../polytomic/client';

/** What may be added to a read. */
export type ReadOptions = Pick<CallOptions, 'signal' | 'onAnswer'>;

/** A sync as far as a start needs to know it. */
export interface SyncSummary {
  name: string | null;
  active: boolean;
  /** Today each one stops a run. Always empty for bulk syncs, which do not tell. */
  problems: SyncProblem[];
}

/** What a sync is doing, besides its runs. */
export interface SyncStatus {
  /** When its next run is due (RFC 3339); null where none is, or Polytomic does not say. */
  nextRunAt: string | null;
  /** How far the ingestion of a CDC sync is; null for others, and where the API version does not say. */
  ingestion: IngestionState | null;
}

/** An execution with the shape of its start, where the kind tells it: for choosing, never to enter a history. */
export interface ShapedExecution extends Execution {
  shape?: ExecutionShape;
}

/** What a sync itself says of where its records come from and go to. */
export interface SyncReferences {
  connectionIds: string[];
  /** Models, whose connections are needed too; none of bulk syncs. */
  modelIds: string[];
}

/** A sync found by its name, or just created. */
export interface FoundSync {
  syncId: string;
  active: boolean;
  createdAt: string | null;
}

/** Every method throws a `PolytomicError` when the API refuses, cannot be reached, or answers what cannot be understood. */
export interface SyncAdapter {
  readonly kind: SyncKind;
  readSync(syncId: string, options?: ReadOptions): Promise<SyncSummary>;
  readStatus(syncId: string, options?: ReadOptions): Promise<SyncStatus>;
  /** What a run of the sync needs, as far as Polytomic tells. */
  readReferences(syncId: string, options?: ReadOptions): Promise<SyncReferences>;
  /** Newest first by creation; one page. */
  recentExecutions(syncId: string, options?: ReadOptions): Promise<ShapedExecution[]>;
  /**
   * The same page by page, all there are. `goesBack`: more than the first page is wanted in few requests; its runs may then
   * come twice.
   */
  executionPages(syncId: string, options?: ReadOptions & { goesBack?: boolean }): AsyncIterable<ShapedExecution[]>;
  /** The only proof of how a run ended. Throws `NotFound` when the API does not know it (any more, or yet). */
  readExecution(ref: ExecutionRef, options?: ReadOptions): Promise<Execution>;
  /** Ids of all schemas of a run that failed, however many; none for model syncs, whose runs have none. */
  failedSchemas(ref: ExecutionRef, options?: ReadOptions): Promise<string[]>;
  /** One try. An answer from another API version counts if it holds the id. */
  start(syncId: string, options: StartOptions, key: string): Promise<Execution>;
  /**
   * Asks for the cancel of this run and no other; says whether the request was taken, false where the run is no longer
   * the one in progress. Throws `NotSupported` where the API version has no cancel.
   */
  cancel(ref: ExecutionRef): Promise<boolean>;
  activate(syncId: string, key: string): Promise<void>;
  /** One try, with the API's own create request. */
  create(request: Record<string, unknown>, key: string): Promise<FoundSync>;
  /** All syncs of exactly this name, over all pages. */
  findByName(name: string, options?: ReadOptions): Promise<FoundSync[]>;
}
