/** Parts that requests of several resources have in common. */
import { z } from 'zod';
import { shape } from '../shapes';

/** Switches a sync on or off. */
export const Activate = shape(() => z.strictObject({ active: z.boolean() }));

/** A page of console logs. */
export const ConsoleLogQuery = shape(() => z.strictObject({ limit: z.int().optional(), after: z.string().optional() }));

/** Free configuration, whose fields depend on the connection's type. */
export const Configuration = shape(() => z.record(z.string(), z.unknown()));

/** Options of a source that is still being configured, as `params[key]=value`. */
export const SourceQuery = shape(() =>
  z.strictObject({ params: z.record(z.string(), z.array(z.string())).optional() }),
);

/** A detailed type of a field. Which composite forms a list may take is not documented. */
export const FieldDefinition = shape(() =>
  z.union([
    z.enum([
      'binary',
      'boolean',
      'date',
      'datetime',
      'datetime_tz',
      'time',
      'number',
      'string',
      'smallint',
      'int',
      'bigint',
      'single',
      'double',
    ]),
    z.array(z.unknown()),
  ]),
);
