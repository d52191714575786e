/** What a workflow's history says, as plain data: its activities, what was asked of it, and how it ended. Pure. */
import { decodeFirst, type PayloadLike } from './payload';

/** A failure as the history keeps it: the innermost one, which says what went wrong. */
export interface FailureFact {
  type: string | null;
  message: string;
  /** First detail of an application failure. */
  detail: unknown;
}

/** One activity, all its attempts taken together. */
export interface ActivityFact {
  name: string;
  scheduledAt: string;
  /** When the last attempt began; null while none has. */
  startedAt: string | null;
  closedAt: string | null;
  state: 'pending' | 'completed' | 'failed' | 'timedOut' | 'canceled';
  /** Attempts so far; more than one means that it was retried. */
  attempts: number;
  /** Why the attempt before the last one failed. */
  lastFailure: FailureFact | null;
  /** Why it failed in the end. */
  failure: FailureFact | null;
  input: unknown;
  result: unknown;
}

/** Something that was asked of the workflow while it ran. */
export interface RequestFact {
  type: 'update' | 'signal' | 'cancel';
  name: string;
  at: string;
  argument: unknown;
}

/** How a workflow stands. */
export type WorkflowState = 'running' | 'completed' | 'failed' | 'canceled' | 'terminated' | 'timedOut';

/** A workflow over all the runs that it continued as. */
export interface HistoryFacts {
  workflowId: string;
  /** First to last. */
  runIds: string[];
  workflow: string;
  title: string;
  input: unknown;
  startedAt: string;
  closedAt: string | null;
  state: WorkflowState;
  result: unknown;
  failure: FailureFact | null;
  /** In the order in which they were scheduled. */
  activities: ActivityFact[];
  requests: RequestFact[];
  /** Workflow tasks that failed or timed out, which a replay error or a killed worker shows as. */
  taskTroubles: { at: string; message: string }[];
  events: number;
}

interface Timestamp {
  readonly seconds?: unknown;
  readonly nanos?: number | null;
}

interface Failure {
  readonly message?: string | null;
  readonly cause?: Failure | null;
  readonly applicationFailureInfo?: { readonly type?: string | null; readonly details?: Payloads } | null;
  readonly timeoutFailureInfo?: unknown;
}

type Payloads = { readonly payloads?: readonly PayloadLike[] | null } | null | undefined;

interface Attributes {
  readonly activityId?: string | null;
  readonly activityType?: { readonly name?: string | null } | null;
  readonly workflowType?: { readonly name?: string | null } | null;
  readonly input?: Payloads;
  readonly result?: Payloads;
  readonly scheduledEventId?: unknown;
  readonly attempt?: number | null;
  readonly lastFailure?: Failure | null;
  readonly failure?: Failure | null;
  readonly signalName?: string | null;
  readonly reason?: string | null;
  readonly newExecutionRunId?: string | null;
  readonly acceptedRequest?: {
    readonly input?: { readonly name?: string | null; readonly args?: Payloads } | null;
  } | null;
}

/** One event of a history, as the SDK fetches it. */
export type EventLike = Readonly<Record<string, unknown>> & {
  readonly eventId?: unknown;
  readonly eventTime?: Timestamp | null;
};

/** RFC 3339 of a time of protobuf. */
export function toIso(time: Timestamp | null | undefined): string {
  return new Date(Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6)).toISOString();
}

/** The innermost failure: those around it say only where it passed. */
export function toFailureFact(failure: Failure | null | undefined): FailureFact | null {
  if (!failure) return null;
  if (failure.cause && !failure.applicationFailureInfo) return toFailureFact(failure.cause);
  const info = failure.applicationFailureInfo;
  const type = info?.type || (failure.timeoutFailureInfo ? 'Timeout' : null);
  return { type, message: failure.message ?? '', detail: decodeFirst(info?.details) };
}

const closings: Readonly<Record<string, ActivityFact['state']>> = {
  activityTaskCompletedEventAttributes: 'completed',
  activityTaskFailedEventAttributes: 'failed',
  activityTaskTimedOutEventAttributes: 'timedOut',
  activityTaskCanceledEventAttributes: 'canceled',
};

const ends: Readonly<Record<string, WorkflowState>> = {
  workflowExecutionCompletedEventAttributes: 'completed',
  workflowExecutionFailedEventAttributes: 'failed',
  workflowExecutionCanceledEventAttributes: 'canceled',
  workflowExecutionTerminatedEventAttributes: 'terminated',
  workflowExecutionTimedOutEventAttributes: 'timedOut',
};

/** Reads run after run of one workflow. */
export class FactReader {
  readonly facts: HistoryFacts;
  #scheduled = new Map<string, ActivityFact>();

  constructor({ workflowId, title }: Pick<HistoryFacts, 'workflowId' | 'title'>) {
    this.facts = {
      ...{
        workflowId,
        title,
        workflow: '',
        runIds: [],
        input: undefined,
        startedAt: '',
        closedAt: null,
        state: 'running',
      },
      ...{ result: undefined, failure: null, activities: [], requests: [], taskTroubles: [], events: 0 },
    };
  }

  /** Takes in the whole history of one run; answers the id of the run that it continued as. */
  readRun(runId: string, events: readonly EventLike[]): string | undefined {
    this.#scheduled = new Map();
    this.facts.runIds.push(runId);
    let next: string | undefined;
    for (const event of events) {
      this.facts.events += 1;
      const [name, attributes] = attributesOf(event);
      if (name === 'workflowExecutionContinuedAsNewEventAttributes') next = attributes.newExecutionRunId ?? undefined;
      this.#readEvent(name, attributes, event);
    }
    return next;
  }

  #readEvent(name: string, attributes: Attributes, event: EventLike): void {
    const at = toIso(event.eventTime);
    const { facts } = this;
    const end = ends[name];
    if (end) {
      facts.state = end;
      facts.closedAt = at;
      facts.result = decodeFirst(attributes.result);
      facts.failure = toFailureFact(attributes.failure) ?? reasonFact(attributes.reason);
      return;
    }
    if (name.startsWith('activityTask')) return this.#readActivity(name, attributes, event, at);
    if (name === 'workflowExecutionStartedEventAttributes' && facts.workflow === '') {
      facts.workflow = attributes.workflowType?.name ?? '';
      facts.input = decodeFirst(attributes.input);
      facts.startedAt = at;
    }
    if (name === 'workflowExecutionSignaledEventAttributes') {
      facts.requests.push({
        type: 'signal',
        name: attributes.signalName ?? '',
        at,
        argument: decodeFirst(attributes.input),
      });
    }
    if (name === 'workflowExecutionUpdateAcceptedEventAttributes') {
      const { input } = attributes.acceptedRequest ?? {};
      facts.requests.push({ type: 'update', name: input?.name ?? '', at, argument: decodeFirst(input?.args) });
    }
    if (name === 'workflowExecutionCancelRequestedEventAttributes') {
      facts.requests.push({ type: 'cancel', name: 'cancel', at, argument: undefined });
    }
    if (name === 'workflowTaskFailedEventAttributes' || name === 'workflowTaskTimedOutEventAttributes') {
      const message = toFailureFact(attributes.failure)?.message ?? 'timed out: its worker did not answer';
      facts.taskTroubles.push({ at, message });
    }
  }

  #readActivity(name: string, attributes: Attributes, event: EventLike, at: string): void {
    if (name === 'activityTaskScheduledEventAttributes') {
      const activity: ActivityFact = {
        ...{
          name: attributes.activityType?.name ?? '',
          scheduledAt: at,
          startedAt: null,
          closedAt: null,
          state: 'pending',
        },
        ...{ attempts: 1, lastFailure: null, failure: null, input: decodeFirst(attributes.input), result: undefined },
      };
      this.#scheduled.set(String(event.eventId), activity);
      this.facts.activities.push(activity);
      return;
    }
    const activity = this.#scheduled.get(String(attributes.scheduledEventId));
    if (!activity) return;
    if (name === 'activityTaskStartedEventAttributes') {
      activity.startedAt = at;
      activity.attempts = attributes.attempt ?? 1;
      activity.lastFailure = toFailureFact(attributes.lastFailure);
      return;
    }
    const state = closings[name];
    if (!state) return;
    activity.state = state;
    activity.closedAt = at;
    activity.result = decodeFirst(attributes.result);
    activity.failure = toFailureFact(attributes.failure);
  }
}

function reasonFact(reason: string | null | undefined): FailureFact | null {
  return reason ? { type: null, message: reason, detail: undefined } : null;
}

/** The one field of an event that holds what happened. */
function attributesOf(event: EventLike): [string, Attributes] {
  for (const [name, value] of Object.entries(event)) {
    if (name.endsWith('EventAttributes') && value !== null && value !== undefined) return [name, value];
  }
  return ['', {}];
}
