/**
 * Vocabularies of requests. Answers type the same fields as plain strings, since a newer server may know more values.
 */
import { z } from 'zod';
import { shape } from '../shapes';

/** What a model sync does with the target's records. */
export const ModelSyncMode = shape(() =>
  z.enum(['create', 'update', 'updateOrCreate', 'replace', 'append', 'remove', 'snapshot']),
);

/** When a sync runs by itself. `multi` is for reading old data; new schedules list each one. */
export const ScheduleFrequency = shape(() =>
  z.enum(['manual', 'continuous', 'hourly', 'daily', 'weekly', 'custom', 'builder', 'runafter', 'multi', 'dbtcloud']),
);

/** Comparisons that filters and overrides know. */
export const FilterFunction = shape(() =>
  z.enum([
    'Equality',
    'Inequality',
    'IsNull',
    'IsNotNull',
    'True',
    'False',
    'OnOrAfter',
    'OnOrBefore',
    'GreaterThan',
    'GreaterThanEqual',
    'LessThan',
    'LessThanEqual',
    'StringContains',
    'StringStartsWith',
    'StringEndsWith',
    'StringDoesNotContain',
    'StringDoesNotStartWith',
    'StringDoesNotEndWith',
    'StringOneOf',
    'StringNotOneOf',
    'Between',
    'ArrayContains',
    'ArrayDoesNotContain',
    'InTheLast',
    'RelativeOnOrBefore',
    'RelativeOnOrAfter',
    'StringLike',
    'StringNotLike',
    'StringMatchesTrimmed',
  ]),
);

/** How source and target records are matched. The type named `IdentityFunction` in answers is an object, not this. */
export const SchemaIdentityFunction = shape(() =>
  z.enum(['Equality', 'ISubstring', 'OneOf', 'DomainMatch', 'HostnameMatch']),
);

/** What a bulk sync does with the destination; `append` only adds rows. */
export const BulkSyncMode = shape(() => z.enum(['snapshot', 'replicate', 'append']));

/** Which new fields or objects a bulk sync takes in by itself. */
export const BulkDiscover = shape(() => z.enum(['all', 'onlyIncremental', 'onlyNonIncremental', 'none']));

/** How names are adapted to the destination. */
export const BulkNormalizeNames = shape(() => z.enum(['enabled', 'disabled', 'legacy']));

/** How a bulk run starts over; what each does is not documented, so treat all as destructive. */
export const BulkResyncMode = shape(() => z.enum(['refetch', 'resync', 'rebuild']));

/** How a scheduled bulk run treats what was synced before. */
export const BulkScheduleSyncMode = shape(() => z.enum(['normal', 'refetch', 'resync', 'rebuild']));

/** Salesforce sources only; `full` also catches formula and roll-up fields. */
export const BulkFetchMode = shape(() => z.enum(['none', 'incremental', 'full']));

/** Which fields a scheduled bulk run reads. */
export const BulkSelectiveMode = shape(() => z.enum(['none', 'incrementalFields', 'nonincrementalFields']));
