/** Shapes of the requests of the activities that keep the records of sets. */
import { z } from 'zod';
import type { SetRef } from '../contracts/provision-activities';
import type { OpenIntent, OwnedObject, SetHolder, SetMessage, SetOutcome } from '../contracts/provision-record';
import { provisionKinds } from '../contracts/provision-spec';
import { id, strict, text } from './fields';
import { lazy } from './lazy';
import { anyText, listOf } from './request-fields';
import type { Fields } from './shared-run-fields';

/** Objects of one spec. */
export const maxObjects = 5_000;
/** Bodies, results and notes are not looked into: their size is bounded by that of every input. */
export const json = lazy(() => z.record(z.string(), z.unknown()));

export const address = lazy(() => text(300));
export const provisionKind = lazy(() => z.enum(provisionKinds));
export const setRef = lazy(() => ({ organization: text(), set: text() }) satisfies Fields<SetRef>);
export const token = lazy(() => text());

export const origin = lazy(() => z.enum(['created', 'adopted', 'pinned']));

export const setRefRequest = lazy(() => strict(setRef()) satisfies z.ZodType<SetRef>);

export const awaitSetRequest = lazy(() => strict({ ...setRef(), token: token() }));

const holder = lazy(
  () =>
    strict({
      token: token(),
      workflowId: text(1_000),
      runId: text(),
      specHash: anyText(),
      mode: z.enum(['apply', 'destroy']),
      since: anyText(),
      takenOver: z.literal(true).optional(),
    } satisfies Fields<SetHolder>) satisfies z.ZodType<SetHolder>,
);

export const acquireSetRequest = lazy(() => strict({ ...setRef(), holder: holder() }));

const outcome = lazy(
  () =>
    strict({
      token: token(),
      result: json().nullable(),
      failure: strict({ type: text(), message: anyText(2_000) }).nullable(),
    } satisfies Fields<SetOutcome>) satisfies z.ZodType<SetOutcome>,
);

export const intent = lazy(
  () =>
    strict({
      kind: provisionKind(),
      name: anyText(1_000),
      type: anyText().nullable(),
      at: anyText(),
      until: anyText().optional(),
      namesakes: listOf(anyText(), maxObjects),
    } satisfies Fields<OpenIntent>) satisfies z.ZodType<OpenIntent>,
);

export const secretVersions = lazy(() => z.record(z.string(), z.union([z.string(), z.number()])));

export const ownedObject = lazy(
  () =>
    strict({
      kind: provisionKind(),
      id: id(),
      name: anyText(1_000),
      origin: origin(),
      specHash: anyText(),
      secretVersions: secretVersions(),
      retired: listOf(id(), maxObjects).optional(),
      left: z.literal(true).optional(),
      awaitsActivation: z.literal(true).optional(),
      awaitsRun: z.literal(true).optional(),
    } satisfies Fields<OwnedObject>) satisfies z.ZodType<OwnedObject>,
);

const releaseMessage = lazy(() =>
  strict({
    type: z.literal('release'),
    token: token(),
    outcome: outcome(),
    at: anyText(),
    ran: listOf(address(), maxObjects).optional(),
    unmade: listOf(address(), maxObjects).optional(),
    lostAt: anyText().optional(),
  }),
);

const message = lazy(
  () =>
    z.discriminatedUnion('type', [
      strict({
        type: z.literal('acquire'),
        holder: holder(),
        over: strict({ token: token(), until: anyText().nullable(), lostAt: anyText().optional() }).optional(),
        recordLostAt: anyText().optional(),
      }),
      releaseMessage(),
      strict({ type: z.literal('intend'), token: token(), intents: z.record(address(), intent()) }),
      strict({ type: z.literal('own'), token: token(), address: address(), object: ownedObject() }),
      strict({ type: z.literal('forget'), token: token(), address: address(), id: id().nullable() }),
      strict({ type: z.literal('activated'), token: token(), addresses: listOf(address(), maxObjects) }),
      strict({
        type: z.literal('settleIntents'),
        token: token(),
        owned: z.record(address(), ownedObject()),
        dropped: listOf(address(), maxObjects),
      }),
      strict({
        type: z.literal('giveUp'),
        token: token(),
        objects: z.record(address(), id()),
        known: z.boolean(),
      }),
      strict({
        type: z.literal('move'),
        token: token(),
        moves: listOf(strict({ from: address(), to: address() }), maxObjects),
      }),
    ]) satisfies z.ZodType<SetMessage>,
);

export const changeSetRequest = lazy(() => strict({ ...setRef(), message: message() }));

export const releaseSetRequest = lazy(() => strict({ ...setRef(), message: releaseMessage() }));
