/** Shapes of the requests of the composite activities that read past runs. */
import type { z } from 'zod';
import type { ReadLastRunsRequest } from '../contracts/inspection';
import type { PastRecordsItem, ReadPastRecordsRequest } from '../contracts/past-records';
import { id, strict, text } from './fields';
import { lazy } from './lazy';
import { anyText, kind, listOf } from './request-fields';
import type { Fields } from './shared-run-fields';

/** How many of them an activity serves it says itself. */
const maxItems = 1_000;

const pastRecordsItem = lazy(
  () =>
    strict({
      kind: kind(),
      syncId: id(),
      executionId: id(),
      except: listOf(anyText(), maxItems),
    } satisfies Fields<PastRecordsItem>) satisfies z.ZodType<PastRecordsItem>,
);

export const readPastRecordsRequest = lazy(
  () =>
    strict({
      organization: text(),
      items: listOf(pastRecordsItem(), maxItems),
    } satisfies Fields<ReadPastRecordsRequest>) satisfies z.ZodType<ReadPastRecordsRequest>,
);

export const readLastRunsRequest = lazy(
  () =>
    strict({
      organization: text(),
      kind: kind(),
      syncIds: listOf(id(), maxItems),
    } satisfies Fields<ReadLastRunsRequest>) satisfies z.ZodType<ReadLastRunsRequest>,
);
