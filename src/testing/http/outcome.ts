/** An answer as it goes over the wire, so that a recorded one can be repeated to the byte. */
import { ApiFailure } from './api-failure';
import type { Answer } from './api-request';
import type { ApiVersion } from './versions';

/** Status, headers and text of an answer. */
export interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The wire form of a handler's answer. */
export function toOutcome({ status, body, headers = {} }: Answer, usualStatus = 200): Outcome {
  const json: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return {
    status: status ?? usualStatus,
    headers: { ...json, ...headers },
    text: body === undefined ? '' : JSON.stringify(body),
  };
}

/** The wire form of a refusal; anything but an ApiFailure is a mistake of the emulator and says so. */
export function toFailureOutcome(error: unknown, version: ApiVersion): Outcome {
  const failure =
    error instanceof ApiFailure ? error : new ApiFailure(500, `mistake in the emulator: ${String(error)}`);
  return toOutcome({ status: failure.status, body: failure.toBody(version) });
}
