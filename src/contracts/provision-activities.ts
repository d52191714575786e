/** What crosses between the provisioning workflows and their activities. */
import type { WorkerSetup } from './worker-setup';
import type { ItemFailure } from './item-failure';
import type { NotifyTarget } from './prepared-fan-out';
import type { ExportResult, ProvisionApprove, ProvisionNotification } from './provision';
import type { Identity, Namesake, PlannedObject } from './provision-plan';
import type {
  OpenIntent,
  OwnedObject,
  OwnedOrigin,
  SetAnswer,
  SetHolder,
  SetMessage,
  SetOutcome,
  SetRecord,
} from './provision-record';
import type { ProvisionAdopt, ProvisionKind, ProvisionObject, ProvisionSpec } from './provision-spec';
import type { PolytomicScheduleChange } from './sync-schedule';

/** The workflows whose inputs `prepareProvision` parses. */
export type ProvisionWorkflowName =
  'planPolytomic' | 'provisionPolytomic' | 'deprovisionPolytomic' | 'checkPolytomicDrift';

/** An input, parsed, with every default applied; durations in milliseconds. */
export interface PreparedProvision {
  organization: string;
  set: string;
  /** Of the spec, the variables and what else decides the outcome. */
  specHash: string;
  /** Null where the input gave it as plain data. */
  spec: ProvisionSpec | null;
  adopt: ProvisionAdopt | null;
  prune: boolean;
  /** Of a plan: that of a destroy. */
  destroy: boolean;
  rollback: boolean;
  planHash: string | null;
  approve: ProvisionApprove;
  approvalTimeoutMs: number;
  timeoutMs: number;
  maxConcurrent: number;
  deleteAdopted: string[];
  notify: NotifyTarget[];
  setup: WorkerSetup;
}

/** Names a set's record. */
export interface SetRef {
  organization: string;
  set: string;
}

/**
 * `takenOver`: from a holder that ended without a release, whose last write may still be under way. `lostAt`: when a run, or a
 * worker of one, was lost last, RFC 3339, also by holders before that one; null: none was, or nobody knows when.
 */
export type AcquiredSet =
  { state: 'ok'; record: SetRecord; takenOver: boolean; lostAt: string | null } | Extract<SetAnswer, { state: 'busy' }>;

/** An object to look for. */
export interface WantedObject {
  /** Of the object, or {@link intentKey} of an intent. */
  address: string;
  name: string;
  /** Of connections. */
  type: string | null;
  /** Ids to be confirmed as existing: what is ours, and a pin. */
  ids: string[];
  /** Whether `ids` may be claimed by other sets, as a pin is; of its namesakes that is always looked up. */
  claims: boolean;
}

/** What an intent is looked for under: its name may be another than the spec's by now. */
export const intentKey = (address: string): string => `intent ${address}`;

/** Request of `findObjects`: all of one kind. */
export interface FindObjectsRequest extends SetRef {
  kind: ProvisionKind;
  wanted: WantedObject[];
}

/** What was found, by address. */
export interface FoundObjects {
  namesakes: Record<string, Omit<Namesake, 'claimedBy'>[]>;
  /** Of all ids that were asked for. */
  existing: string[];
  /** Names of the sets that claim ids, by id; the set asking is left out. */
  claims: Record<string, string>;
  /** Polytomic's clock, RFC 3339. */
  serverTime: string;
  /** The list cannot be proved complete (it ends at a full page without a token): more may exist. */
  incomplete?: true;
}

/** One object to plan. */
export interface PlanItem {
  object: ProvisionObject;
  identity: Identity;
  owned: OwnedObject | null;
  namesakes: Namesake[];
  /** Ids of the objects that its references name, as far as they exist. */
  ids: Record<string, string>;
}

/** Request of `planObjects`. */
export interface PlanObjectsRequest {
  organization: string;
  items: PlanItem[];
}

/** One object to bring about. */
export interface ApplyItem {
  object: ProvisionObject;
  /** Null: to be created. */
  id: string | null;
  /** Id that a replacement is for. */
  replaces: string | null;
  /** Id that the record had when it was planned. */
  recorded: string | null;
  origin: OwnedOrigin;
  /** Hashes of the compared fields as the plan saw them; null where there was nothing to compare. */
  seen: Record<string, string> | null;
  /** Send the secrets although nothing else differs. */
  rotates: boolean;
  /** It is to be activated once everything is in place. */
  activates: boolean;
  /** Its first run is still to come. Default: false. */
  runs?: boolean;
  ids: Record<string, string>;
  /** The intent to be recorded before a create. */
  intent: OpenIntent | null;
  /** What the idempotency keys of the create begin with. */
  key: string;
  /** What the last try left. */
  note?: unknown;
  /** The last try ended without a word. */
  unanswered: boolean;
}

/** Request of `applyObjects`. */
export interface ApplyObjectsRequest extends SetRef {
  token: string;
  items: ApplyItem[];
  /** Who gets the links that consent is given at. */
  notify: NotifyTarget[];
}

/**
 * `firstRun`: id of a run that a sync whose first run is still to come has had already. `again`: nothing is final; to be
 * tried again after the delay, with this note. `failed`: it will not succeed; `id` tells of an object that was created
 * before that. `mayExist`: a create may have taken effect, and nobody knows its id. Default: true while
 * there is no id.
 */
export type AppliedItem =
  | { state: 'done'; id: string; created: boolean; wrote: boolean; needsConsent: boolean; firstRun: string | null }
  | { state: 'again'; note: unknown; delayMs: number; failure: ItemFailure; id: string | null; mayExist?: boolean }
  | { state: 'failed'; failure: ItemFailure; id: string | null; created: boolean; mayExist: boolean };

/** Request of `awaitObjects`. */
export interface AwaitObjectsRequest extends SetRef {
  /** The lock's. */
  token: string;
  /** `mayAsk`: we made it, and nobody was given the link yet at which its owner consents. */
  items: { address: string; kind: ProvisionKind; name: string; id: string; schemas: boolean; mayAsk: boolean }[];
  /** Who gets the links that consent is given at. */
  notify: NotifyTarget[];
  /** Milliseconds since the epoch: when to give up waiting for schemas and the like, and for a person's consent. */
  deadline: number;
  consentDeadline: number;
}

/** By address: those that settled. `needsConsent`: a person has to agree, and was just asked to. */
export type AwaitedObjects = Record<
  string,
  { state: 'ready' } | { state: 'needsConsent' } | { state: 'failed'; reason: string }
>;

/** Request of `activateSyncs`. */
export interface ActivateSyncsRequest extends SetRef {
  token: string;
  /** `isChecked`: it was read before, without problems, and is written without another read. Default false. */
  items: { address: string; kind: ProvisionKind; id: string; active: boolean; key: string; isChecked?: boolean }[];
  /** Only reads them. Default false. */
  readOnly?: boolean;
}

/** By address: what became of it. `ready`: it was read and could be activated; nothing was written. */
export type ActivatedSyncs = Record<
  string,
  { state: 'done'; changed: boolean } | { state: 'ready' } | { state: 'failed'; failure: ItemFailure }
>;

/** One object to delete. */
export interface DeleteItem {
  /** Tells the deletions of one address apart: of what an object replaced, and of the object. */
  key: string;
  address: string;
  kind: ProvisionKind;
  name: string;
  /** Null: a create may have made it; the record's intent finds it. */
  id: string | null;
  /** Id that the record had before: that one is not meant. */
  recorded: string | null;
  /** `apply`: undo, which leaves syncs whose first run has begun. `destroy`: runs in progress are cancelled first. */
  why: 'apply' | 'destroy';
}

/** Request of `deleteObjects`. */
export interface DeleteObjectsRequest extends SetRef {
  token: string;
  items: DeleteItem[];
  /** Ids that are deleted in this run too: their uses do not count. */
  ours: string[];
  /** How many at once. Default: all of them. */
  maxConcurrent?: number;
}

/** By key: what became of it. */
export type DeletedObjects = Record<
  string,
  | { state: 'deleted' | 'absent'; id: string | null }
  | { state: 'left'; id: string | null; reason: string }
  | { state: 'failed'; failure: ItemFailure; id: string | null }
>;

/** The activities of provisioning by name; each is registered as `polytomic.` + its name. */
export interface ProvisionActivities {
  prepareProvision(request: { workflow: ProvisionWorkflowName; input?: unknown }): Promise<PreparedProvision>;
  /** Null where the set has no record. */
  readSet(request: SetRef): Promise<SetRecord | null>;
  /** Acquires the lock; a holder that ended without a release is found by describing it. */
  acquireSet(request: SetRef & { holder: SetHolder }): Promise<AcquiredSet>;
  /** Resolves once that holder has released the lock or is gone; null: it ended without an outcome. */
  awaitSet(request: SetRef & { token: string }): Promise<SetOutcome | null>;
  changeSet(request: SetRef & { message: SetMessage }): Promise<{ state: SetAnswer['state'] }>;
  /** As `changeSet`, for the last message of a run: given up after a while, as the lock then passes on by itself. */
  releaseSet(
    request: SetRef & { message: Extract<SetMessage, { type: 'release' }> },
  ): Promise<{ state: SetAnswer['state'] }>;
  findObjects(request: FindObjectsRequest): Promise<FoundObjects>;
  planObjects(request: PlanObjectsRequest): Promise<PlannedObject[]>;
  hashPlan(request: { parts: unknown }): Promise<string>;
  applyObjects(request: ApplyObjectsRequest): Promise<AppliedItem[]>;
  awaitObjects(request: AwaitObjectsRequest): Promise<AwaitedObjects>;
  activateSyncs(request: ActivateSyncsRequest): Promise<ActivatedSyncs>;
  deleteObjects(request: DeleteObjectsRequest): Promise<DeletedObjects>;
  exportObjects(request: { input?: unknown }): Promise<ExportResult>;
  changeSchedule(request: { input: unknown }): Promise<PolytomicScheduleChange>;
  notifyProvisioning(request: { target: string; notification: ProvisionNotification }): Promise<void>;
}
