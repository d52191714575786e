/** A kind of system that can be connected to. */
import type { SourceSchemaSeed } from '../controls/connection-controls';
import type { ConfigurationSchema } from './configuration-schema';

/** A kind of system. */
export interface SystemType {
  readonly id: string;
  readonly name: string;
  readonly operations: readonly string[];
  /** Its owner has to agree in a browser. */
  readonly oauth?: boolean;
  /** Its API can be called through the proxy; where there are several, by name. */
  readonly api?: { readonly baseUrl: string; readonly names?: readonly string[] };
  /** Whether it tells how many calls were made, and per sync. */
  readonly reportsUsage?: boolean;
  readonly schema: ConfigurationSchema;
  /** Values to choose from, by field, besides those of the schema's own choices. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Schemas of a connection for which nobody names any. Default: `public.users` and two more. */
  readonly schemas?: readonly (string | SourceSchemaSeed)[];
  /** What it offers as the target of a model sync. Default `contact`. */
  readonly targets?: readonly string[];
  /** Modes that a bulk sync into it may have. Default: all. */
  readonly bulkModes?: readonly string[];
  /** Whether a bulk sync from it may leave out old records by `data_cutoff_timestamp`. Default true. */
  readonly hasCutoff?: boolean;
}
