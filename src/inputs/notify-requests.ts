/** Shapes of the requests of the activities that notify people. Anyone who can schedule an activity can send one. */
import { z } from 'zod';
import type { NotifiedSync, Notification, NotifyRequest } from '../contracts/notification';
import type { ProvisionActivities } from '../contracts/provision-activities';
import type { ProvisionNotification } from '../contracts/provision';
import { mostListed } from '../rules/notification';
import { count, id, strict, text } from './fields';
import { lazy } from './lazy';
import { anyText, kind, listOf } from './request-fields';
import { outcomes } from './result-shapes';
import type { Fields } from './shared-run-fields';

/** Largest notification that is posted, bytes of JSON. Our workflows make them smaller. */
const maxNotificationBytes = 64 * 1024;

const maxTextLength = 40_000;
const maxReasonLength = 1_024;
const maxUrlLength = 2_048;

const notifiedSync = lazy(
  () =>
    strict({
      kind: kind(),
      // Of a sync that is still to be created: empty.
      syncId: anyText(),
      name: anyText().nullable(),
      executionId: id().nullable(),
      outcome: z.enum(outcomes).optional(),
      reason: anyText(maxReasonLength).optional(),
      url: z
        .url({ protocol: /^https?$/, error: 'an address' })
        .max(maxUrlLength, 'an address')
        .optional(),
      stepId: text().optional(),
    } satisfies Fields<NotifiedSync>) satisfies z.ZodType<NotifiedSync>,
);

const syncs = lazy(() => listOf(notifiedSync(), mostListed));

const notification = lazy(
  () =>
    strict({
      text: text(maxTextLength),
      type: z.literal('polytomic.syncs'),
      organization: text(),
      workflowId: text(1_000),
      runId: text(),
      failed: syncs(),
      late: syncs(),
      recovered: syncs(),
      counts: strict({ failed: count(), late: count(), recovered: count() }),
    } satisfies Fields<Notification>).superRefine(isPostable) satisfies z.ZodType<Notification>,
);

export const notifyRequest = lazy(
  () =>
    strict({
      target: text(),
      key: text().optional(),
      notification: notification(),
    } satisfies Fields<NotifyRequest>) satisfies z.ZodType<NotifyRequest>,
);

type ProvisioningRequest = Parameters<ProvisionActivities['notifyProvisioning']>[0];

/** No `link`: where people consent is told by the worker alone, which has it from Polytomic. */
const provisionNotification = lazy(
  () =>
    strict({
      text: anyText(maxTextLength),
      type: z.literal('polytomic.provisioning'),
      event: z.enum(['needsApproval', 'needsConsent', 'failed', 'drifted']),
      organization: text(),
      set: text(),
      workflowId: text(1_000),
      runId: text(),
      planHash: text().optional(),
      addresses: listOf(text(), mostListed),
    } satisfies Fields<Omit<ProvisionNotification, 'link'>>).superRefine(
      isPostable,
    ) satisfies z.ZodType<ProvisionNotification>,
);

export const notifyProvisioningRequest = lazy(
  () =>
    strict({
      target: text(),
      notification: provisionNotification(),
    } satisfies Fields<ProvisioningRequest>) satisfies z.ZodType<ProvisioningRequest>,
);

function isPostable(value: unknown, context: z.core.$RefinementCtx): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= maxNotificationBytes) return;
  context.addIssue({ code: 'custom', message: `expected at most ${maxNotificationBytes} bytes of JSON` });
}
