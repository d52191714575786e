/** What one try of an activity that does long work leaves to the next, in its heartbeat details. */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import { nextKey, resumePostState, type PostState } from './post-state';

interface Details<Handle, Before> {
  v: 1;
  /** When the first try began; milliseconds since the epoch, as all times here. */
  began: number;
  post: PostState;
  before?: Before;
  handle?: Handle;
  handleSince?: number;
}

/** Details of another version of this code are ignored; the idempotency key keeps the work from being done twice. */
export class WorkMemory<Handle, Before> {
  #details: Details<Handle, Before>;

  constructor(
    readonly context: Context,
    now: number,
  ) {
    const left = parse<Handle, Before>(context.info.heartbeatDetails);
    const isAttemptLost = context.info.attempt > 1 && left?.handle === undefined;
    const post = resumePostState(left?.post ?? null, { isAttemptLost: isAttemptLost && left?.post.last !== null, now });
    this.#details = { v: 1, began: now, ...left, post };
  }

  get began(): number {
    return this.#details.began;
  }
  get post(): PostState {
    return this.#details.post;
  }
  get before(): Before | undefined {
    return this.#details.before;
  }
  get handle(): Handle | undefined {
    return this.#details.handle;
  }
  get handleSince(): number {
    return this.#details.handleSince ?? this.began;
  }

  keepPost(post: PostState): void {
    this.#keep({ post });
  }
  keepBefore(before: Before): void {
    this.#keep({ before });
  }
  keepHandle(handle: Handle, now: number): void {
    this.#keep({ handle, handleSince: now });
  }

  /** The next try starts anew, with a key that has no recorded outcome. Answers the error to end this one with. */
  forgetHandle(now: number): ApplicationFailure {
    this.#keep({ handle: undefined, before: undefined, post: nextKey(this.post, now) });
    return ApplicationFailure.create({
      type: failureTypes.UnexpectedResponse,
      message: 'Polytomic lost the result; the next try does the work again',
    });
  }

  details(): Details<Handle, Before> {
    return this.#details;
  }

  /** Heartbeats at once: the SDK throttles, and sends what it held back when the try fails. */
  #keep(changed: Partial<Details<Handle, Before>>): void {
    this.#details = { ...this.#details, ...changed };
    this.context.heartbeat(this.#details);
  }
}

function parse<Handle, Before>(details: unknown): Details<Handle, Before> | undefined {
  const known = details as Partial<Details<Handle, Before>> | null | undefined;
  return known?.v === 1 && typeof known.began === 'number' && known.post
    ? (known as Details<Handle, Before>)
    : undefined;
}
