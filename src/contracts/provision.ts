/** Inputs, results and progress of the provisioning workflows. */
import type { Duration } from './duration';
import type { FieldChange, ProvisionPlan } from './provision-plan';
import type { ProvisionAdopt, ProvisionKind, ProvisionSpec, ProvisionVariables, SpecInput } from './provision-spec';

/** When a person has to agree before the first write: never, only to what deletes or replaces, or always. */
export type ProvisionApprove = 'never' | 'destructive' | 'always';

/** What every provisioning input may say. */
export interface SharedProvisionInput {
  /** Plain data, YAML or JSON as text, or several files to be merged. At most 1 MB; 200 KB an object. */
  spec: SpecInput;
  /** Values of `{ $var: name }`. */
  variables?: ProvisionVariables;
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
}

/** Input of `planPolytomic`. */
export interface PlanPolytomicInput extends SharedProvisionInput {
  /** Default for objects and sets that say nothing. Default `never`. */
  adopt?: ProvisionAdopt;
  /** Plan the deletion of what the spec dropped and we made. Default false. */
  prune?: boolean;
  /**
   * Plan a destroy instead: what `deprovisionPolytomic` would delete, leave (`unchanged`) and refuse (`blocked`). Default
   * false; `adopt` and `prune` have no place beside it.
   */
  destroy?: boolean;
  /** Only with `destroy`: addresses of adopted and pinned objects to be deleted too. */
  deleteAdopted?: string[];
}

/** Input of `provisionPolytomic`. */
export interface ProvisionPolytomicInput extends Omit<PlanPolytomicInput, 'destroy' | 'deleteAdopted'> {
  /** The hash of a plan: anything else than that plan is refused with `polytomic.PlanChanged` before the first write. */
  planHash?: string;
  /** Undo what this apply created if it fails or is cancelled. Default true. */
  rollback?: boolean;
  /** Default `never`. */
  approve?: ProvisionApprove;
  /** How long to wait for an approval. Default 24 hours. */
  approvalTimeout?: Duration;
  /** Objects worked on at once, 1 to 50. Default 10. */
  maxConcurrent?: number;
  /** Targets that the operator configured. */
  notify?: string[];
  /**
   * From the request for the lock, so that waiting for another run of the same spec counts (then `polytomic.SetBusy`); waiting
   * for an approval does not. Default 7 days.
   */
  timeout?: Duration;
}

/** Input of `deprovisionPolytomic`. */
export interface DeprovisionPolytomicInput extends SharedProvisionInput {
  /** Addresses of adopted and pinned objects to be deleted too. */
  deleteAdopted?: string[];
  /**
   * The hash of a plan with `destroy`: anything else than that is refused with `polytomic.PlanChanged` before the first
   * deletion.
   */
  planHash?: string;
  /** Default `never`. */
  approve?: ProvisionApprove;
  /** How long to wait for an approval. Default 24 hours. */
  approvalTimeout?: Duration;
  /** Names of targets that are notified. Default: none. */
  notify?: string[];
  /** As of an apply: from the request for the lock. When it is over, what was not deleted is left. Default 7 days. */
  timeout?: Duration;
}

/** Input of `checkPolytomicDrift`. */
export interface CheckPolytomicDriftInput extends SharedProvisionInput {
  /** Names of targets that are notified where something differs. Default: none. */
  notify?: string[];
}

/** Input of `exportPolytomic`. */
export interface ExportPolytomicInput {
  /** Name of the organization (client) configured on the worker. Default `default`. */
  organization?: string;
  /** Default: all. */
  kinds?: ProvisionKind[];
  /** Globs of names, any of which may match. Default: all. */
  names?: string[];
  /** Name of the set in the exported spec. Default `default`. */
  set?: string;
}

/** What became of one object. */
export interface ProvisionedResource {
  /** Id in Polytomic. */
  id: string | null;
  /** What was done about it. */
  action: 'created' | 'updated' | 'unchanged' | 'adopted' | 'deleted' | 'left' | 'failed' | 'skipped';
  /** Of `left`, `failed` and `skipped`: why. */
  reason?: string;
  /** Of a replacement: the id of the old object, which was deleted. */
  replaced?: string;
  /** Of a replacement: old objects that are still there, and why: what uses them, say. The next apply tries again. */
  left?: { id: string | null; reason: string }[];
  /** Of a first run. */
  run?: { executionId: string | null; outcome: string };
}

/** Result of `provisionPolytomic` and `deprovisionPolytomic`. */
export interface ProvisionResult {
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Name of the set. */
  set: string;
  /** Hash of the spec that was applied. */
  specHash: string;
  /** By address (`connections.warehouse`). */
  resources: Record<string, ProvisionedResource>;
}

/** One object that a failed apply made, undid or left. */
export interface TouchedResource {
  /** Place in the spec, such as `connections.warehouse`. */
  address: string;
  /** Kind of the object. */
  kind: ProvisionKind;
  /** Name in Polytomic. */
  name: string;
  /** Id in Polytomic; null where none is known. */
  id: string | null;
  /** Why it is in this list. */
  reason?: string;
  /** Of changed objects: the values before. */
  before?: FieldChange[];
}

/** `details[0]` of `polytomic.ProvisioningFailed`. */
export interface ProvisioningFailure {
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Name of the set. */
  set: string;
  /** Objects that could not be made or deleted, or whose plan was blocked. */
  failed: TouchedResource[];
  /** What this run created and did not undo because `rollback` is false. */
  made: TouchedResource[];
  /** What it created and undid. */
  undone: TouchedResource[];
  /** What it created, changed or activated and left as it is. */
  left: TouchedResource[];
  /** How many objects are left out of the ends of these lists, as a history takes no more. */
  omitted: number;
}

/** One drifted object. */
export interface DriftedResource {
  /** Place in the spec, such as `connections.warehouse`. */
  address: string;
  /** Id in Polytomic; null where there is none. */
  id: string | null;
  /** Name in Polytomic. */
  name: string;
  /** `missing`: it is gone; `changed`: fields differ from what was applied; `pending`: the spec changed since. */
  state: 'missing' | 'changed' | 'pending' | 'unmanaged';
  /** Fields that differ. */
  fields: FieldChange[];
  /** Why it differs, where no field says so. */
  reason: string | null;
}

/** Result of `checkPolytomicDrift`. */
export interface DriftResult {
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Name of the set. */
  set: string;
  /** Whether anything differs. */
  drifted: boolean;
  /** What differs. */
  resources: DriftedResource[];
  /** How many of them are left out, as a history takes no more. */
  omitted: number;
}

/** Result of `exportPolytomic`. */
export interface ExportResult {
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Its plan is empty. */
  spec: ProvisionSpec;
  /** Environment variables that the spec refers to, each with the field that needs it. */
  secrets: { env: string; address: string; path: string }[];
  /** Kinds whose list cannot be proved complete (it ends at a full page without a token): there may be more objects. */
  incomplete?: ProvisionKind[];
}

/** Answer of the query `progress` of the provisioning workflows. */
export interface ProvisionProgress {
  /** What the workflow is doing. */
  phase:
    'planning' | 'waitingForLock' | 'waitingForApproval' | 'applying' | 'activating' | 'running' | 'undoing' | 'ended';
  /** When this phase began (RFC 3339, workflow time). */
  since: string;
  /** Name of the set; null until the spec was read. */
  set: string | null;
  /** Objects by their standing. */
  counts: { total: number; done: number; working: number; failed: number };
  /** The first 20 objects that are being worked on or waited for, and why. */
  working: { address: string; why: string }[];
  /** Connections that wait for their owner's consent; the link went to the targets of `notify`. */
  needsConsent: { address: string; name: string }[];
  /** The hash that `approve` takes, while an approval is awaited. */
  planHash: string | null;
}

/** Argument of the update `approve`. */
export interface ProvisionApproval {
  /** Hash of the plan that is agreed to, as `progress` answers it. */
  planHash: string;
  /** Who agrees; recorded. */
  by: string;
}

/** What targets of `notify` are given by provisioning workflows. */
export interface ProvisionNotification {
  /** For people; the field that Slack and its like show. */
  text: string;
  /** What the message is about. */
  type: 'polytomic.provisioning';
  /** What happened. */
  event: 'needsApproval' | 'needsConsent' | 'failed' | 'drifted';
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Name of the set. */
  set: string;
  /** Workflow that provisions. */
  workflowId: string;
  /** Its run. */
  runId: string;
  /** Of `needsApproval`. */
  planHash?: string;
  /** Addresses it is about, the first 50. */
  addresses: string[];
  /** Of `needsConsent`: where the owner agrees. A credential: never in a history, so only targets with a URL get it. */
  link?: string;
}

export type { ProvisionPlan };
