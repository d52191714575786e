/** Shape of the plugin's options, for whoever writes them without a compiler. */
import { z } from 'zod';
import { duration, maxPathLength, strict, text } from '../inputs/fields';
import { lazy } from '../inputs/lazy';
import { notifyShape } from './notify-targets';
import { plainOrganizationFields } from './organization-fields';
import type { OrganizationOptions, PolytomicPluginOptions } from './plugin-options';
import { bindingsShape } from './secret-options';
import { toMilliseconds } from '../rules/duration';

/** A shorter heartbeat timeout would hand waits over for every hiccup of the network. */
const shortestHeartbeatMs = 1_000;

/** Timers of Node hold no more, and fire at once beyond it. */
const maxTimerMs = 24 * 86_400_000;

const organizationFields = lazy(() => ({
  apiKey: z
    .custom<OrganizationOptions['apiKey']>(isKeySource, 'expected a key or a function that answers one')
    .optional(),
  deploymentKey: text(maxPathLength).optional(),
  ...plainOrganizationFields(),
}));

const bytes = lazy(() => z.int('a whole number of bytes, 1 or more').min(1, 'a whole number of bytes, 1 or more'));

/** Checks kinds and names of all options; what a value means is checked where it is used. */
export const optionsShape = lazy(
  () =>
    strict({
      ...organizationFields(),
      organizations: z.record(text(), strict(organizationFields())).optional(),
      notify: z.record(text(), notifyShape()).optional(),
      idempotencySecret: text(maxPathLength).optional(),
      idempotencySecretFile: text(maxPathLength).optional(),
      resolveSecret: z
        .custom<PolytomicPluginOptions['resolveSecret']>((value) => typeof value === 'function', 'expected a function')
        .optional(),
      secrets: bindingsShape().optional(),
      auditLog: z
        .custom<PolytomicPluginOptions['auditLog']>((value) => typeof value === 'function', 'expected a function')
        .optional(),
      logSink: z
        .custom<PolytomicPluginOptions['logSink']>(
          (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
          'expected a folder or a function',
        )
        .optional(),
      logHosts: z.array(text()).optional(),
      maxLogFileBytes: bytes().optional(),
      maxLogRunBytes: bytes().optional(),
      maxLogFolderBytes: bytes().optional(),
      maxAnswerBytes: bytes().optional(),
      waitTaskQueue: z.union([z.literal(false), text()], { error: 'the name of a task queue, or false' }).optional(),
      heartbeatTimeout: duration()
        .refine((value) => (toMilliseconds(value) ?? 0) >= shortestHeartbeatMs, 'expected at least one second')
        .optional(),
      cancelTimeout: duration()
        .refine((value) => (toMilliseconds(value) ?? 0) <= maxTimerMs, 'expected at most 24 days')
        .optional(),
      allowHttp: z.boolean().optional(),
      searchAttributes: z.boolean().optional(),
      nexusService: z.boolean().optional(),
      traceparent: z
        .custom<PolytomicPluginOptions['traceparent']>((value) => typeof value === 'function', 'expected a function')
        .optional(),
      clock: z
        .custom<PolytomicPluginOptions['clock']>(isClock, 'expected a clock: now, monotonic, setTimer and random')
        .optional(),
      fetch: z
        .custom<PolytomicPluginOptions['fetch']>((value) => typeof value === 'function', 'expected a function')
        .optional(),
    }) satisfies z.ZodType<PolytomicPluginOptions>,
);

function isClock(value: unknown): boolean {
  const { now, monotonic, setTimer, random } = (value ?? {}) as Record<string, unknown>;
  return [now, monotonic, setTimer, random].every((part) => typeof part === 'function');
}

function isKeySource(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'function';
}
