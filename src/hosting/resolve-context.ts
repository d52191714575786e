/** What options are resolved with in a worker: its environment and its audit log. */
import { Context } from '@temporalio/activity';
import type { AuditEntry } from '../activities/dependencies';
import { processEnvironment } from '../config';
import type { CallReport } from '../polytomic/client';
import type { PolytomicPluginOptions } from '../settings/plugin-options';
import type { ResolveContext } from '../settings/resolve-options';
import { observeRequest } from './metrics';
import { runtimeLog } from './runtime-log';

/** For the options of a plugin. */
export function resolveContext(options: PolytomicPluginOptions): ResolveContext {
  // The options are not yet checked.
  const auditLog = (options as PolytomicPluginOptions | null | undefined)?.auditLog ?? toRuntimeLog;
  return { env: processEnvironment(), onCall: (report) => auditLog(toEntry(report)), onRequest: observeRequest };
}

function toRuntimeLog({ type, ...entry }: AuditEntry): void {
  runtimeLog.info(`audit ${type}`, { ...entry, audit: true });
}

/** A call is made by an activity, unless the worker itself makes it. */
function toEntry(report: CallReport): AuditEntry {
  const type = report.error !== undefined && isRefusal(report.error) ? 'refusal' : 'call';
  return { type, ...report, ...callerOf() };
}

function isRefusal(error: string): boolean {
  return error.endsWith('NotAllowedError');
}

function callerOf(): Pick<AuditEntry, 'activity' | 'namespace' | 'workflowId' | 'runId'> {
  try {
    const { activityType, namespace, workflowExecution, activityRunId } = Context.current().info;
    const { workflowId, runId = activityRunId } = workflowExecution ?? {};
    return {
      ...{ activity: activityType, namespace },
      ...(workflowId !== undefined && { workflowId }),
      ...(runId !== undefined && { runId }),
    };
  } catch {
    return {};
  }
}
