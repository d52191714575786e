/** One object on its way to what the spec says. */
import type { ItemFailure } from '../../contracts/item-failure';
import type { ApplyItem, SetRef } from '../../contracts/provision-activities';
import type { OwnedObject } from '../../contracts/provision-record';
import type { Fields, ProvisionObject } from '../../contracts/provision-spec';
import type { PostAttempt } from '../../executions/post-idempotently';
import { schemasToCreate } from '../../provisioning/bulk-schemas';
import type { ConnectionTypeSchemas } from '../../provisioning/connection-type-schemas';
import type { ActivityDependencies, Organization } from '../dependencies';
import { hashObject } from './hash';
import type { ApplyNote } from './note';
import type { SetRecords } from './set-records';

/** What applying an object needs besides it. */
export interface ApplyContext {
  deps: ActivityDependencies;
  records: SetRecords;
  organization: Organization;
  ref: SetRef & { token: string };
  types: ConnectionTypeSchemas;
  /** Delivers the link at which the owner consents; false where nobody could be given it. */
  deliverLink(object: ProvisionObject, link: string): Promise<boolean>;
  /**
   * To be awaited right before a write that is no create, whose intent is the same question: whether this run still holds
   * the set's lock. @throws ApplicationFailure
   */
  beforeWrite(): Promise<void>;
  /** What the creates of this activity attempt share. */
  attempt: PostAttempt;
  /** Local clock, milliseconds. */
  now(): number;
  onProgress(): void;
}

/** An item on its way. */
export interface Application {
  context: ApplyContext;
  item: ApplyItem;
  /** Ids for references; secret references as they are. */
  desired: Fields;
  note: ApplyNote;
}

/** Something that only another try, later, can tell. */
export interface Pending {
  delayMs: number;
  failure: ItemFailure;
}

/** What the record is told. */
export function ownedBy({ object, origin, replaces, activates, runs }: ApplyItem, id: string): OwnedObject {
  return {
    kind: object.kind,
    id,
    name: object.name,
    origin,
    specHash: hashObject(object),
    secretVersions: object.secretVersions,
    ...(replaces !== null && { retired: [replaces] }),
    ...(activates && { awaitsActivation: true }),
    ...(runs && { awaitsRun: true }),
  };
}

/** The create request of an object; syncs are created inactive, as activation comes last. */
export function createBodyOf({ desired, item }: Application): Fields {
  const schemas = schemasToCreate(item.object.schemas);
  return { ...desired, ...(schemas && { schemas }) };
}
