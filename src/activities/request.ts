/** `request`: any call of the API, where the owner of this worker allows everything. */
import { Context } from '@temporalio/activity';
import type { RequestActivity } from '../contracts/raw-request';
import { parseOperationInput } from '../inputs/operation-input';
import type { SecretMarks } from '../inputs/secret-fields';
import type { RawRequest } from '../polytomic/client';
import type { AnyOperation } from '../polytomic/operation';
import { operationsAt } from '../polytomic/operations-at';
import { rawRequestName } from '../polytomic/raw-request';
import { redact } from '../polytomic/redact';
import { organizationOf, requireOperation } from './allowed';
import type { ActivityDependencies } from './dependencies';
import type { OperationBudget } from './operation-budget';
import { stableKey } from './stable-key';
import { trimAnswer } from './trim-answer';

/** Makes the activity. What the rows know of the path's secrets holds here too. */
export function createRequest(deps: ActivityDependencies, budget: OperationBudget): RequestActivity['request'] {
  return async (input) => {
    const known = operationsAt(typeof input?.path === 'string' ? input.path : '');
    const parsed = parseOperationInput(rawRequestName, input, marksOf(known));
    const organization = organizationOf(deps, parsed.organization);
    requireOperation(organization, rawRequestName);
    budget.spend(organization);
    const { info, cancellationSignal } = Context.current();
    const request = (await deps.resolveSecrets(parsed.request)) as unknown as RawRequest;
    const key = request.method === 'POST' ? (parsed.idempotencyKey ?? stableKey(info)) : parsed.idempotencyKey;
    const answer = await organization.client.request(request, {
      signal: cancellationSignal,
      ...(key !== undefined && { idempotencyKey: key }),
    });
    return trimAnswer(known.reduce(withoutMarked, answer));
  };
}

/** Besides what rows mark, any text in body and query whose name tells of a secret. */
function marksOf(known: readonly AnyOperation[]): SecretMarks {
  const request = known.flatMap(({ secrets }) => secrets.request ?? []);
  return { request: request.map((path) => `body.${path}`), mixed: ['body', 'query'] };
}

/** Marks are relative to what stands in the envelope, or beside it. */
function withoutMarked(answer: unknown, row: AnyOperation): unknown {
  const marks = (row.secrets.answer ?? []).flatMap((path) => [path, `data.${path}`]);
  return redact({ ...row, answer: { ...row.answer, kind: 'one' }, secrets: { answer: marks } }, answer);
}
