/** Sends requests whose answers must have the shape that the contract gives them. */
import { expect } from '@jest/globals';
import { contract } from '../../../../src/testing/http/contract';
import { answerTypeOf, checkType } from '../../../../src/testing/http/contract-types';
import type { Emulator } from '../../../../src/testing';
import { send, type Received, type Sent } from './emulator-client';

const newest = '2025-09-18';

/** Sends a request that must succeed; returns its answer, proved to have its shape. */
export async function callChecked(emulator: Emulator, call: string, sent: Sent = {}): Promise<Received> {
  const version = sent.version ?? newest;
  const answer = await send(emulator, call, { ...sent, version });
  const id = emulator.requests().at(-1)?.operation;
  const operation = contract.operations.find((known) => known.id === id && known.versions.includes(version));
  expect({ call, status: answer.status, text: answer.text }).toEqual({
    call,
    status: operation?.status ?? 200,
    text: answer.text,
  });
  const type = operation && answerTypeOf(operation, version);
  if (type !== undefined) {
    const issue = checkType(answer.body, { type, path: type, contract });
    expect({ call, issue }).toEqual({ call, issue: undefined });
  }
  return answer;
}

/** Operations, of those that `prefix` fits and that are not of older versions only, that the emulator was never asked for. */
export function unasked(emulator: Emulator, prefix: RegExp): string[] {
  const asked = new Set(emulator.requests().map(({ operation }) => operation));
  const ids = new Set(contract.operations.filter(({ legacy }) => legacy !== true).map(({ id }) => id));
  return [...ids].filter((id) => prefix.test(id) && !asked.has(id));
}

/** What a refusal told. */
export const refusal = ({ status, body }: Received): [number, string | undefined] => [status, body.message];
