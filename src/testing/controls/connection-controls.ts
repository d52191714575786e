/** What tests say of a connection besides the API's own fields: how the system behind it looks and behaves. */
import type { ProxyControls } from './proxy-controls';
import type { QueryScript } from '../scripts/query-script';

/** A schema that the connected system offers. Every other field is answered as given. */
export interface SourceSchemaSeed {
  /** Id of the schema. */
  readonly id: string;
  /** Default: the id. */
  readonly name?: string;
  /** Ids, or fields of the API's answer. Default `id`, `name`, `updated_at`; a field `id` is the primary key. */
  readonly fields?: readonly (string | Readonly<Record<string, unknown>>)[];
  /** What a sample shows. Default: made up from the fields. */
  readonly records?: readonly Readonly<Record<string, unknown>>[];
}

/** How the emulator treats a connection besides the API's own fields. */
export interface ConnectionControls {
  /** Schemas that are cached at the start. Default `public.users`, `public.orders`, `public.events`. */
  readonly schemas?: readonly (string | SourceSchemaSeed)[];
  /** What a refresh of the schemas finds. Default: the same. */
  readonly schemasAfterRefresh?: readonly (string | SourceSchemaSeed)[];
  /** Milliseconds that a refresh takes. Default: the emulator's `jobMs`. */
  readonly refreshMs?: number;
  /** How queries go; the first that fits decides. Default: each is done and finds the rows of the schema it names. */
  readonly queries?: readonly QueryScript[];
  /** How calls through the proxy go. */
  readonly proxy?: ProxyControls;
  /** Values to choose from, by field of the configuration. Default: what the connection type offers. */
  readonly parameterValues?: Readonly<Record<string, readonly unknown[]>>;
  /** A managed Harbor owns it: updates and deletes are refused by 409. Default false. */
  readonly ownedByHarbor?: boolean;
}

const names = {
  schemas: true,
  schemasAfterRefresh: true,
  refreshMs: true,
  queries: true,
  proxy: true,
  parameterValues: true,
  ownedByHarbor: true,
} as const satisfies Record<keyof ConnectionControls, true>;

/** Tells controls from the API's fields. */
export const isControl = (name: string): name is keyof ConnectionControls => Object.hasOwn(names, name);
