/** What a handler of the API gets and what it gives back. */
import type { Caller } from './auth';
import type { KeptEvent } from '../delivery/event-feed';
import type { Fields } from '../state/fields';
import type { ApiVersion } from './versions';
import type { Organization, EmulatorState } from '../state/emulator-state';

/** One checked request of an authenticated caller. */
export interface ApiRequest {
  readonly emulator: EmulatorState;
  /** The caller's organization. */
  readonly organization: Organization;
  readonly caller: Caller;
  readonly version: ApiVersion;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Fields;
  readonly now: number;
  /** Base URL of the emulator, for links in answers. */
  readonly url: string;
  readonly idempotencyKey?: string;
  /** Told the run that a start made, for the request log. */
  readonly noteExecution: (id: string) => void;
  /** Whether an event is lost by a fault. */
  readonly isLost: (event: KeptEvent) => boolean;
}

/** An answer; no `body` is an empty one. */
export interface Answer {
  /** Default: the operation's status of success. */
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one operation; throws an ApiFailure to refuse. */
export type Handler = (call: ApiRequest) => Answer;

/** Handlers by operation id. */
export type Handlers = Readonly<Record<string, Handler>>;

/** The envelope of nearly every answer. */
export const data = (value: unknown): Answer => ({ body: { data: value } });

/** A list; an empty one is answered as null. */
export const listOf = (items: readonly unknown[]): Answer => data(items.length === 0 ? null : items);

/** A path parameter; every route that asks for it has it. */
export const param = (call: ApiRequest, name: string): string => call.params[name] ?? '';
