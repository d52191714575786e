/** A row: all there is to know about one operation. Methods, activities and the reference are derived from rows. */
import type { z } from 'zod';
import { nothing, type Answer } from './answers';
import type { ObjectShape } from './shapes';
import type { ApiVersion } from './versions';

/** Verbs that the API uses. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * The group that an operation belongs to, unless an operator lists operations by name: `read` reads, `run` starts, cancels
 * one run and activates, `create` creates syncs, `provisioning` changes configuration, `all` is everything else.
 */
export type OperationGroup = 'read' | 'run' | 'create' | 'provisioning' | 'all';

/**
 * How a list ends. `token`: a page without a token is the last. `prose`: the documentation promises tokens which the
 * contract does not have, so a full page without a token proves nothing. `none`: one answer holds all.
 */
export type Paging = 'token' | 'prose' | 'none';

/** Fields that must enter no history, log or error, as paths joined with dots; lists on the way are walked through. */
export interface SecretFields {
  /** Secrets in requests. A workflow gives each as a reference, never as it is. */
  readonly request?: readonly string[];
  /** Objects in requests whose fields depend on the connection's type: some are secrets. A reference may stand at any leaf. */
  readonly mixed?: readonly string[];
  /** Objects in requests of which nothing is known: those fields are secrets whose names tell so. */
  readonly named?: readonly string[];
  /** The `mixed` objects follow the schema of a connection type, which tells the secret fields. */
  readonly typed?: TypedBy;
  /** Texts in requests that have to be given as they are (the text of a query), yet appear in no error. */
  readonly unquoted?: readonly string[];
  /** Dropped from answers. Relative to the item for lists. */
  readonly answer?: readonly string[];
  /** Objects in answers, as `mixed` in requests: their secret fields are masked. Relative to the item for lists. */
  readonly mixedAnswer?: readonly string[];
}

/** Where a request names a connection type, and the connection whose type it is, where that exists already. */
export interface TypedBy {
  /** The field with the id of the type. */
  readonly type: string;
  /** The field with the id of a connection whose type it is. Absent: the request names the type itself. */
  readonly connection?: string;
}

/** How an operation differed in older versions, up to and including `until`. */
export interface OlderForm<B extends ObjectShape | undefined> {
  /** Last version of this form. */
  readonly until: ApiVersion;
  /** Its verb. Default: as now. */
  readonly method?: HttpMethod;
  /** Its body. Default: as now. */
  readonly body?: B;
}

interface RowOptions<Q, B, L extends ObjectShape | undefined, O> {
  readonly query?: Q;
  readonly body?: B;
  /** Default: an answer that nobody reads. */
  readonly answer?: Answer<O>;
  /** First version that has it. Default: all. */
  readonly since?: ApiVersion;
  /** Last version that has it. */
  readonly until?: ApiVersion;
  readonly older?: OlderForm<L>;
  /** Fields of the query or body that came later than the operation, with their first version. */
  readonly fieldsSince?: Readonly<Record<string, ApiVersion>>;
  /** Default: `none`. */
  readonly paging?: Paging;
  /** Last version in which the list's paging is promised in prose only, for lists with `token` paging since. */
  readonly proseUntil?: ApiVersion;
  /** It creates or starts something: each intended call needs an idempotency key of its own. Default: false. */
  readonly starts?: boolean;
  /** Refused until the schemas of its source connection are known, which takes minutes after a connection is made. Default: false. */
  readonly needsSchemas?: boolean;
  /** It wants a partner's key; an organization's key is refused. Default: false. */
  readonly partner?: boolean;
  /** Default: `all` for partners, `read` for other reads, else `provisioning`. */
  readonly group?: OperationGroup;
  readonly secrets?: SecretFields;
}

/** One operation. `I` is its flat input (path, query and body in one object), `O` its answer out of the envelope. */
export interface Operation<I, O> {
  /** Dotted name, that of Polytomic's own SDKs (`modelSync.executions.get`). */
  readonly name: string;
  /** HTTP verb in the newest version. */
  readonly method: HttpMethod;
  /** Path with its parameters in braces. */
  readonly path: string;
  /** Parameters of the query. Absent: none. */
  readonly query?: ObjectShape;
  /** Fields of the body. Absent: it is sent without a body. */
  readonly body?: ObjectShape;
  /** How the answer is read out of its envelope. */
  readonly answer: Answer<O>;
  /** First version that has it. Absent: all. */
  readonly since?: ApiVersion;
  /** Last version that has it. Absent: the newest. */
  readonly until?: ApiVersion;
  /** How it differed in older versions. Absent: it did not. */
  readonly older?: OlderForm<ObjectShape | undefined>;
  /** Fields that came later than the operation, with their first version. */
  readonly fieldsSince?: Readonly<Record<string, ApiVersion>>;
  /** How its list ends; `none` also where it answers no list. */
  readonly paging: Paging;
  /** Last version in which its paging is as with `prose`. */
  readonly proseUntil?: ApiVersion;
  /** It creates or starts something: each intended call needs an idempotency key of its own. */
  readonly starts: boolean;
  /** Refused until the schemas of its source connection are known. */
  readonly needsSchemas: boolean;
  /** It wants a partner's key; an organization's key is refused. */
  readonly partner: boolean;
  /** The group by which an operator allows it. */
  readonly group: OperationGroup;
  /** Its fields that must enter no history, log or error. */
  readonly secrets: SecretFields;
  /** Exists for the compiler alone. */
  readonly input?: I;
}

/** An operation whose types do not matter. */
export type AnyOperation = Operation<unknown, unknown>;

type PathInput<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name]: string } & PathInput<Rest>
  : unknown;
type InputOf<S> = S extends () => infer T ? (T extends z.ZodType ? FieldsOf<z.input<T>> : unknown) : unknown;
/** An empty body has no fields to give; as zod types it, no other field could stand beside it. */
type FieldsOf<I> = string extends keyof I ? unknown : I;
/** An operation without parameters takes an empty object, and the compiler refuses any field in it. */
export interface NoFields {
  /** Never given: the operation takes `{}`. */
  readonly none?: undefined;
}
type OrNone<I> = unknown extends I ? NoFields : I;
type BodyInput<B, L> = L extends ObjectShape ? InputOf<B> | InputOf<L> : InputOf<B>;

const row =
  (method: HttpMethod) =>
  <
    P extends string,
    Q extends ObjectShape | undefined = undefined,
    B extends ObjectShape | undefined = undefined,
    L extends ObjectShape | undefined = undefined,
    O = void,
  >(
    path: P,
    options: RowOptions<Q, B, L, O> = {},
  ): Operation<OrNone<PathInput<P> & InputOf<Q> & BodyInput<B, L>>, O> => {
    const defaults = { answer: nothing() as Answer<O>, paging: 'none', starts: false, secrets: {} } as const;
    const { partner = false, needsSchemas = false } = options;
    const group = partner ? 'all' : method === 'GET' ? 'read' : 'provisioning';
    return { name: '', method, path, group, ...defaults, ...options, needsSchemas, partner };
  };

/** A row that reads. The path is its own schema: its parameters become required fields of the input. */
export const get = row('GET');
/** A row that creates, starts, cancels or switches. */
export const post = row('POST');
/** A row that replaces. */
export const put = row('PUT');
/** A row that changes what it is given. */
export const patch = row('PATCH');
/** A row that deletes. */
export const del = row('DELETE');

/** Rows by name, nested as the client's methods are. */
export interface OperationTree {
  readonly [name: string]: AnyOperation | OperationTree;
}

/** Whether a node of the tree is a row rather than a resource. */
export function isOperation(node: AnyOperation | OperationTree): node is AnyOperation {
  return typeof node.path === 'string';
}

/**
 * Rebuilds the tree with something else in the place of each row, which is given its dotted name. The caller says what
 * type the new tree has.
 */
export function mapOperations(
  tree: OperationTree,
  change: (name: string, row: AnyOperation) => unknown,
  prefix = '',
): Record<string, unknown> {
  const changed = Object.entries(tree).map(([key, node]) => {
    const name = prefix + key;
    return [key, isOperation(node) ? change(name, node) : mapOperations(node, change, `${name}.`)];
  });
  return Object.fromEntries(changed) as Record<string, unknown>;
}

/** Gives each row its name from its place in the tree, so that no name is written twice. */
export function named<T extends OperationTree>(tree: T): T {
  return mapOperations(tree, (name, unnamed) => ({ ...unnamed, name })) as T;
}
