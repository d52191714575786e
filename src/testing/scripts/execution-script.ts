/** How a run goes: statuses at times, written out or by the name of a usual outcome. */

/** Record counts of a model sync's run; what a step leaves out is 0. */
export interface ExecutionCounts {
  /** Records in all. */
  readonly total?: number;
  /** Records inserted. */
  readonly insert?: number;
  /** Records updated. */
  readonly update?: number;
  /** Records inserted or updated. */
  readonly upserts?: number;
  /** Records deleted. */
  readonly delete?: number;
  /** Records rejected. */
  readonly error?: number;
  /** Records with warnings. */
  readonly warnings?: number;
}

/** What a step says of one schema of a bulk run; what it leaves out stays as it was. */
export interface SchemaStep {
  /** Default: follows the run's own status. */
  readonly status?: string;
  /** Records that the schema counts. */
  readonly records?: number;
  /** Records that it rejected. */
  readonly errors?: number;
  /** Records with warnings. */
  readonly warnings?: number;
  /** Message of the schema. Default: none. */
  readonly message?: string;
}

/** From `afterMs` on, the run has this status. */
export interface ScriptStep {
  /** Any text, unknown statuses included. */
  readonly status: string;
  /** Milliseconds since the run began (for a queued run: since its turn came). */
  readonly afterMs: number;
  /** Whether `completed_at` is set. Default: true for completed, canceled, failed, errors and interrupted. */
  readonly ended?: boolean;
  /** Model syncs: default 10 inserted of 10 in a `completed` step, zeros before; null where the target reports none. */
  readonly counts?: ExecutionCounts | null;
  /** Model syncs: the run's messages. */
  readonly errors?: readonly string[];
  /** Bulk syncs: default the sum over the schemas. */
  readonly recordCount?: number;
  /** Bulk syncs: default the sum over the schemas. */
  readonly errorCount?: number;
  /** Bulk syncs: default the sum over the schemas. */
  readonly warningCount?: number;
  /** Bulk syncs: `status_message`. */
  readonly message?: string;
  /** Bulk syncs, by schema id; `*` means each schema that the step does not name. */
  readonly schemas?: Readonly<Record<string, SchemaStep | undefined>>;
}

/**
 * The usual outcomes. `allRejected` completes with every record refused; `oneSchemaFailed` completes although its first
 * schema failed; `errors` and `interrupted` end in the status of that name; `unknownStatus` passes through a status that
 * no list knows, then completes; `neverEnds` runs until it is cancelled.
 */
export const outcomes = [
  'completed',
  'completedWithErrors',
  'allRejected',
  'oneSchemaFailed',
  'failed',
  'canceled',
  'interrupted',
  'errors',
  'unknownStatus',
  'neverEnds',
] as const;
/** One of the usual outcomes. */
export type Outcome = (typeof outcomes)[number];

/**
 * What a cancel request does: `confirm` ends the run as canceled after `cancelMs`; `complete` and `fail` end it so
 * instead; `never` leaves it canceling for ever; `ignore` lets it go on as scripted.
 */
export type CancelReaction = 'confirm' | 'complete' | 'fail' | 'never' | 'ignore';

/** A script with its settings. Give `outcome` or `steps`, not both. */
export interface ScriptSettings {
  /** Default `completed`. */
  readonly outcome?: Outcome;
  /** The statuses that a run goes through. */
  readonly steps?: readonly ScriptStep[];
  /** Milliseconds from start to end of a usual outcome. Default: the sync's, else the emulator's (1,000). */
  readonly durationMs?: number;
  /** Default `confirm`. */
  readonly onCancel?: CancelReaction;
  /** Milliseconds from the cancel request to its effect. Default: the sync's, else the emulator's (50). */
  readonly cancelMs?: number;
}

/** A usual outcome, the steps alone, or either with settings. */
export type ExecutionScript = Outcome | readonly ScriptStep[] | ScriptSettings;

/** A script with nothing left open. */
export interface ScriptPlan {
  readonly steps: readonly ScriptStep[];
  readonly onCancel: CancelReaction;
  readonly cancelMs: number;
}

/** What a script leaves open is taken from here. */
export interface ScriptDefaults {
  readonly durationMs: number;
  readonly cancelMs: number;
  /** The run's schemas, for the outcomes that single one out. */
  readonly schemas: readonly string[];
}

/** Fills in a script. Throws a RangeError when it has no step, since a run must have a status. */
export function planScript(script: ExecutionScript, defaults: ScriptDefaults): ScriptPlan {
  const settings = toSettings(script);
  const durationMs = settings.durationMs ?? defaults.durationMs;
  const steps = settings.steps ?? stepsOf(settings.outcome ?? 'completed', { ...defaults, durationMs });
  if (steps.length === 0) throw new RangeError('script: a run needs at least one step');
  return {
    steps: steps.toSorted((one, other) => one.afterMs - other.afterMs),
    onCancel: settings.onCancel ?? 'confirm',
    cancelMs: settings.cancelMs ?? defaults.cancelMs,
  };
}

function toSettings(script: ExecutionScript): ScriptSettings {
  if (typeof script === 'string') return { outcome: script };
  return isSteps(script) ? { steps: script } : script;
}

const isSteps = (script: ExecutionScript): script is readonly ScriptStep[] => Array.isArray(script);

/** Created at once, running after a tenth of the time, the end at its full length. */
function stepsOf(outcome: Outcome, { durationMs, schemas }: ScriptDefaults): ScriptStep[] {
  const created = { status: 'created', afterMs: 0 };
  const running = { status: 'running', afterMs: Math.ceil(durationMs / 10) };
  if (outcome === 'neverEnds') return [created, running];
  const between = outcome === 'unknownStatus' ? [{ status: 'frobnicating', afterMs: Math.ceil(durationMs / 2) }] : [];
  return [created, running, ...between, { afterMs: durationMs, ...endOf(outcome, schemas[0]) }];
}

const refused = 'record refused by the destination: required field is empty';

function endOf(outcome: Exclude<Outcome, 'neverEnds'>, firstSchema: string | undefined): Omit<ScriptStep, 'afterMs'> {
  const failedSchema = { status: 'failed', records: 0, errors: 1, message: 'relation does not exist' };
  const withFailedSchema = firstSchema === undefined ? {} : { schemas: { [firstSchema]: failedSchema } };
  switch (outcome) {
    case 'completed':
    case 'unknownStatus':
      return { status: 'completed' };
    case 'completedWithErrors':
      return {
        status: 'completed',
        counts: { total: 10, insert: 8, error: 2 },
        errors: [refused],
        schemas: { '*': { records: 8, errors: 2 } },
      };
    case 'allRejected':
      return {
        status: 'completed',
        counts: { total: 10, error: 10 },
        errors: [refused],
        schemas: { '*': { records: 0, errors: 10 } },
      };
    case 'oneSchemaFailed':
      return { status: 'completed', ...withFailedSchema };
    case 'errors':
      return { status: 'errors', message: 'some schemas failed', ...withFailedSchema };
    case 'failed':
      return {
        status: 'failed',
        message: 'connection refused by the source',
        errors: ['connection refused by the source'],
      };
    case 'canceled':
    case 'interrupted':
      return { status: outcome };
  }
}
