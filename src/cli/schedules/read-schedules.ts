/** Reads schedules of our workflows as plain data. */
import { WorkflowNotFoundError, type ScheduleClient, type ScheduleDescription } from '@temporalio/client';
import type { Temporal } from '../connect';
import { showWorkflow, type ShownWorkflow } from '../run/show-workflow';
import { titleOf } from '../run/title';
import { runWorkflowTypes } from '../workflow-types';

/** One schedule in a list. */
export interface ListedSchedule {
  scheduleId: string;
  title: string;
  workflow: string;
  paused: boolean;
  note: string | null;
  /** When it fires next (RFC 3339); null when it does not. */
  next: string | null;
  /** When it fired last; null when it never did. */
  last: string | null;
}

/** Types of workflows that may be scheduled. */
export const scheduledTypes: readonly string[] = [...runWorkflowTypes, 'checkPolytomicDrift'];

/** Schedules whose workflows are ours. */
export async function listSchedules(client: ScheduleClient): Promise<ListedSchedule[]> {
  const found: ListedSchedule[] = [];
  for await (const { scheduleId, action, state, info, memo } of client.list()) {
    const workflow = action?.workflowType ?? '';
    if (!scheduledTypes.includes(workflow) || scheduleId.startsWith('polytomic-preview-')) continue;
    const [next] = info.nextActionTimes;
    found.push({
      ...{ scheduleId, workflow, title: titleOf(memo, workflow), paused: state.paused, note: state.note ?? null },
      next: state.paused ? null : (next?.toISOString() ?? null),
      last: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
    });
  }
  return found;
}

/** One time that a schedule fired. */
export interface RecentRun {
  scheduledAt: string;
  takenAt: string;
  /** Null where nothing was started. */
  workflowId: string | null;
  /** How that workflow stands, and how it ended; null where its history is gone. */
  workflow: Pick<ShownWorkflow, 'status' | 'end'> | null;
}

/** One schedule with all that Temporal says of it. */
export interface ShownSchedule extends ListedSchedule {
  input: unknown;
  taskQueue: string | null;
  /** What its times are, as Temporal keeps them: cron expressions are calendars there. */
  spec: unknown;
  policies: { overlap: string; catchupWindowMs: number; pauseOnFailure: boolean };
  memo: Record<string, unknown>;
  nextTimes: string[];
  /** The last ten at most, oldest first. */
  recent: RecentRun[];
  counts: { taken: number; missedCatchupWindow: number; skippedOverlap: number };
  running: string[];
}

/** @throws ScheduleNotFoundError */
export async function showSchedule(temporal: Temporal, scheduleId: string): Promise<ShownSchedule> {
  const described = await temporal.client.schedule.getHandle(scheduleId).describe();
  const { action, state, info, memo, policies } = described;
  const { workflowType: workflow, args = [], taskQueue } = action;
  return {
    ...{
      scheduleId,
      workflow,
      taskQueue: taskQueue ?? null,
      title: titleOf(memo, workflow),
      paused: state.paused,
      note: state.note ?? null,
    },
    input: args[0],
    spec: described.spec,
    policies: {
      overlap: policies.overlap ?? 'SKIP',
      catchupWindowMs: policies.catchupWindow,
      pauseOnFailure: policies.pauseOnFailure,
    },
    memo: memo ?? {},
    next: state.paused ? null : (info.nextActionTimes[0]?.toISOString() ?? null),
    last: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
    nextTimes: info.nextActionTimes.slice(0, 5).map((time) => time.toISOString()),
    recent: await Promise.all(info.recentActions.slice(-10).map((action) => toRecent(temporal, action))),
    counts: {
      taken: Number(info.numActionsTaken),
      missedCatchupWindow: Number(info.numActionsMissedCatchupWindow),
      skippedOverlap: Number(info.numActionsSkippedOverlap),
    },
    running: info.runningActions.map(({ workflow: { workflowId } }) => workflowId),
  };
}

async function toRecent(
  temporal: Temporal,
  { scheduledAt, takenAt, action }: ScheduleDescription['info']['recentActions'][number],
): Promise<RecentRun> {
  const workflowId = action?.workflow.workflowId ?? null;
  return {
    scheduledAt: scheduledAt.toISOString(),
    takenAt: takenAt.toISOString(),
    workflowId,
    workflow: workflowId === null ? null : await outcomeOf(temporal, workflowId),
  };
}

async function outcomeOf(temporal: Temporal, workflowId: string): Promise<RecentRun['workflow']> {
  try {
    const { status, end } = await showWorkflow(temporal, workflowId);
    return { status, ...(end && { end }) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
