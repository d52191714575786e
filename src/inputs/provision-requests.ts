/** Shapes of the requests of the activities that plan, write and delete the objects of a spec. */
import { z } from 'zod';
import type {
  ActivateSyncsRequest,
  ApplyItem,
  ApplyObjectsRequest,
  AwaitObjectsRequest,
  DeleteItem,
  DeleteObjectsRequest,
  FindObjectsRequest,
  PlanItem,
  PlanObjectsRequest,
  WantedObject,
} from '../contracts/provision-activities';
import type { Identity, Namesake } from '../contracts/provision-plan';
import type { ProvisionObject } from '../contracts/provision-spec';
import type { NotifyTarget } from '../contracts/prepared-fan-out';
import { id, strict, text } from './fields';
import { lazy } from './lazy';
import { anyText, epochMs, listOf } from './request-fields';
import {
  address,
  intent,
  json,
  maxObjects,
  origin,
  ownedObject,
  provisionKind,
  secretVersions,
  setRef,
  token,
} from './set-requests';
import type { Fields } from './shared-run-fields';

const wantedObject = lazy(
  () =>
    strict({
      address: address(),
      name: anyText(1_000),
      type: anyText().nullable(),
      ids: listOf(id(), maxObjects),
      claims: z.boolean(),
    } satisfies Fields<WantedObject>) satisfies z.ZodType<WantedObject>,
);

export const findObjectsRequest = lazy(
  () =>
    strict({
      ...setRef(),
      kind: provisionKind(),
      wanted: listOf(wantedObject(), maxObjects),
    } satisfies Fields<FindObjectsRequest>) satisfies z.ZodType<FindObjectsRequest>,
);

const provisionObject = lazy(
  () =>
    strict({
      address: address(),
      kind: provisionKind(),
      name: anyText(1_000),
      body: json(),
      after: listOf(address(), maxObjects),
      pin: id().nullable(),
      protect: z.boolean(),
      adopt: z.enum(['never', 'byName']),
      replace: z.boolean(),
      active: z.boolean().nullable(),
      run: z.boolean(),
      errorHandling: json().nullable(),
      schemas: z.array(z.union([z.string(), json()])).nullable(),
      secretVersions: secretVersions(),
    } satisfies Fields<ProvisionObject>) satisfies z.ZodType<ProvisionObject>,
);

const identity = lazy(
  () =>
    z.discriminatedUnion('state', [
      strict({ state: z.literal('none'), reason: anyText(2_000).nullable() }),
      strict({ state: z.literal('known'), id: id(), origin: origin() }),
      strict({ state: z.literal('blocked'), id: id().nullable(), failure: text(), reason: anyText(2_000) }),
    ]) satisfies z.ZodType<Identity>,
);

const namesake = lazy(
  () =>
    strict({
      id: id(),
      createdAt: anyText().nullable(),
      claimedBy: z.union([strict({ address: address() }), strict({ set: text() })]).nullable(),
    } satisfies Fields<Namesake>) satisfies z.ZodType<Namesake>,
);

/** Ids of other objects, by their address. */
const idsByAddress = lazy(() => z.record(address(), id()));

const planItem = lazy(
  () =>
    strict({
      object: provisionObject(),
      identity: identity(),
      owned: ownedObject().nullable(),
      namesakes: listOf(namesake(), maxObjects),
      ids: idsByAddress(),
    } satisfies Fields<PlanItem>) satisfies z.ZodType<PlanItem>,
);

export const planObjectsRequest = lazy(
  () =>
    strict({
      organization: text(),
      items: listOf(planItem(), maxObjects),
    } satisfies Fields<PlanObjectsRequest>) satisfies z.ZodType<PlanObjectsRequest>,
);

export const hashPlanRequest = lazy(() => strict({ parts: z.unknown() }));

const applyItem = lazy(
  () =>
    strict({
      object: provisionObject(),
      id: id().nullable(),
      replaces: id().nullable(),
      recorded: id().nullable(),
      origin: origin(),
      seen: z.record(z.string(), anyText()).nullable(),
      rotates: z.boolean(),
      activates: z.boolean(),
      runs: z.boolean().optional(),
      ids: idsByAddress(),
      intent: intent().nullable(),
      key: text(),
      note: z.unknown().optional(),
      unanswered: z.boolean(),
    } satisfies Fields<ApplyItem>) satisfies z.ZodType<ApplyItem>,
);

const notifyTarget = lazy(
  () =>
    strict({
      name: text(),
      activity: text().nullable(),
    } satisfies Fields<NotifyTarget>) satisfies z.ZodType<NotifyTarget>,
);

export const applyObjectsRequest = lazy(
  () =>
    strict({
      ...setRef(),
      token: token(),
      items: listOf(applyItem(), maxObjects),
      notify: listOf(notifyTarget(), 20),
    } satisfies Fields<ApplyObjectsRequest>) satisfies z.ZodType<ApplyObjectsRequest>,
);

export const awaitObjectsRequest = lazy(
  () =>
    strict({
      ...setRef(),
      token: token(),
      items: listOf(
        strict({
          address: address(),
          kind: provisionKind(),
          name: anyText(1_000),
          id: id(),
          schemas: z.boolean(),
          mayAsk: z.boolean(),
        }),
        maxObjects,
      ),
      notify: listOf(notifyTarget(), 20),
      deadline: epochMs(),
      consentDeadline: epochMs(),
    } satisfies Fields<AwaitObjectsRequest>) satisfies z.ZodType<AwaitObjectsRequest>,
);

export const activateSyncsRequest = lazy(
  () =>
    strict({
      ...setRef(),
      token: token(),
      items: listOf(
        strict({
          address: address(),
          kind: provisionKind(),
          id: id(),
          active: z.boolean(),
          key: text(),
          isChecked: z.boolean().optional(),
        }),
        maxObjects,
      ),
      readOnly: z.boolean().optional(),
    } satisfies Fields<ActivateSyncsRequest>) satisfies z.ZodType<ActivateSyncsRequest>,
);

const deleteItem = lazy(
  () =>
    strict({
      key: text(1_000),
      address: address(),
      kind: provisionKind(),
      name: anyText(1_000),
      id: id().nullable(),
      recorded: id().nullable(),
      why: z.enum(['apply', 'destroy']),
    } satisfies Fields<DeleteItem>) satisfies z.ZodType<DeleteItem>,
);

export const deleteObjectsRequest = lazy(
  () =>
    strict({
      ...setRef(),
      token: token(),
      items: listOf(deleteItem(), maxObjects),
      ours: listOf(id(), maxObjects),
      maxConcurrent: z.int().min(1).optional(),
    } satisfies Fields<DeleteObjectsRequest>) satisfies z.ZodType<DeleteObjectsRequest>,
);

export const prepareProvisionRequest = lazy(() =>
  strict({
    workflow: z.enum(['planPolytomic', 'provisionPolytomic', 'deprovisionPolytomic', 'checkPolytomicDrift']),
    input: z.unknown().optional(),
  }),
);

export const exportObjectsRequest = lazy(() => strict({ input: z.unknown().optional() }));

export const changeScheduleRequest = lazy(() => strict({ input: z.unknown() }));
