/** `request`: any call of the API, where the operator of this worker allows everything. */
import { Context } from '@temporalio/activity';
import type { RequestActivity } from '../contracts/raw-request';
import { parseOperationInput } from '../inputs/operation-input';
import type { RawRequest } from '../polytomic/client';
import type { AnyOperation } from '../polytomic/operation';
import { operationsAt } from '../polytomic/operations-at';
import { rawRequestName } from '../polytomic/raw-request';
import { organizationOf, requireOperation } from './allowed';
import type { ActivityDependencies } from './dependencies';
import type { OperationBudget } from './operation-budget';
import { stableKey } from './stable-key';
import { trimAnswer } from './trim-answer';

/** Makes the activity. What the rows know of the path's secrets holds here too. */
export function createRequest(deps: ActivityDependencies, budget: OperationBudget): RequestActivity['request'] {
  return async (input) => {
    const parsed = parseOperationInput(rawRequestName, input);
    const organization = organizationOf(deps, parsed.organization, rawRequestName);
    requireOperation(organization, rawRequestName);
    budget.spend(organization);
    const { info, cancellationSignal } = Context.current();
    const request = parsed.request as unknown as RawRequest;
    const key = request.method === 'POST' ? (parsed.idempotencyKey ?? stableKey(info)) : parsed.idempotencyKey;
    let answer = await organization.client.request(request, {
      signal: cancellationSignal,
      ...(key !== undefined && { idempotencyKey: key }),
    });
    for (const row of operationsAt(request.path))
      answer = await organization.redactAnswer(withoutEnvelope(row), answer);
    return trimAnswer(answer);
  };
}

/** Marks are relative to what stands in the envelope, or beside it; here the answer is the envelope. */
function withoutEnvelope({ secrets, ...row }: AnyOperation): AnyOperation {
  const both = (paths: readonly string[] = []): string[] => paths.flatMap((path) => [path, `data.${path}`]);
  const marks = { answer: both(secrets.answer), mixedAnswer: both(secrets.mixedAnswer) };
  return { ...row, answer: { ...row.answer, kind: 'one' }, secrets: marks };
}
