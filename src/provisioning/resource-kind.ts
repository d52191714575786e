/** What every kind of object can do; each kind names its endpoints once, and nothing else names any. */
import type { LiveObject } from '../contracts/provision-plan';
import type { Fields, ProvisionKind } from '../contracts/provision-spec';
import type { CallOptions, PolytomicClient } from '../polytomic/client';
import type { ObjectShape } from '../polytomic/shapes';

/** Options of reads. */
export type ReadOptions = Pick<CallOptions, 'signal' | 'onAnswer'>;

/** An object as a list shows it. */
export interface ListedObject {
  id: string;
  name: string;
  /** Of connections: the id of their type. */
  type: string | null;
  createdAt: string | null;
  /** Ids of connections and models that it uses. */
  uses: string[];
}

/** Some of the objects of a kind. */
export interface ListedPage {
  objects: ListedObject[];
  /** On the last page: whether the list is proved to end there. */
  complete: boolean;
}

/** What a create or update answered. A link is a credential: whoever has it may consent in the owner's name. */
export interface WrittenObject {
  /** Null while a job is making it. */
  id: string | null;
  consentLink: string | null;
  job: { type: string; id: string } | null;
}

/** A write that changes a present object. */
export interface ObjectUpdate {
  live: LiveObject;
  /** What the spec says, references and secrets resolved. */
  desired: Fields;
  /** Paths of the body that hold secrets. */
  secretPaths: readonly string[];
}

/** Whether an object can be built on. */
export type Settled =
  | { state: 'ready' }
  /** `consent`: a person has to agree in a browser first. */
  | { state: 'waiting'; why: string; consent: boolean }
  | { state: 'failed'; reason: string };

/** One kind of object. All functions throw `PolytomicError`s. */
export interface ResourceKind {
  readonly kind: ProvisionKind;
  /** Operations of the API behind reading, and behind everything else, by their dotted names. */
  readonly operations: {
    readonly read: readonly string[];
    readonly write: readonly string[];
    readonly delete: readonly string[];
  };
  /** Shape of the create request. */
  readonly body: ObjectShape;
  /** Lists all objects, page by page. */
  find(client: PolytomicClient, options?: ReadOptions): AsyncIterable<ListedPage>;
  create(client: PolytomicClient, body: Fields, key: string): Promise<WrittenObject>;
  /** Null where it does not exist. */
  read(
    client: PolytomicClient,
    id: string,
    options?: ReadOptions & { errorHandling?: boolean },
  ): Promise<LiveObject | null>;
  /** Reads, merges and writes back: what the spec does not say stays as it is. */
  update(client: PolytomicClient, update: ObjectUpdate): Promise<WrittenObject>;
  /** Never forced: what still is in use is refused. */
  delete(client: PolytomicClient, id: string): Promise<void>;
  /** One look at whether it can be built on; `schemas`: something will read its schemas. */
  settle(client: PolytomicClient, id: string, options: ReadOptions & { schemas: boolean }): Promise<Settled>;
}
