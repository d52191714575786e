/** What is remembered between the tries of bringing one object about; travels through the workflow. */
import type { AttemptState } from '../../rules/attempt-state';

/** Everything in it is harmless to keep in a history. */
export interface ApplyNote {
  v: 1;
  /** Of the create; null before its first try. */
  create: AttemptState | null;
  /** The object, as soon as it is known. */
  id: string | null;
  /** It was created by this apply, not found. */
  created: boolean;
  /** A job that is making or changing the object, and since when (milliseconds by the client's clock). */
  job: { type: string; id: string; since: number } | null;
  /** Some write was sent. */
  wrote: boolean;
  /** Some write was sent after a reading that agreed with the plan. */
  updated: boolean;
  /** `delivered`: the owner still has to consent, and a target of the operator received the link. */
  consent: 'none' | 'delivered';
  /** Tries without a clear answer, for the delay of the next one. */
  tries: number;
}

/** The note to go on from; one that cannot be read counts as none, with a create that may have taken effect. */
export function resumeApplyNote(
  note: unknown,
  { id, unanswered }: { id: string | null; unanswered: boolean },
): ApplyNote {
  const fresh: ApplyNote = {
    v: 1,
    create: null,
    id,
    created: false,
    job: null,
    wrote: unanswered,
    updated: unanswered,
    consent: 'none',
    tries: 0,
  };
  const given = note as Partial<ApplyNote> | null;
  if (typeof given !== 'object' || given?.v !== 1) return fresh;
  return {
    ...fresh,
    ...given,
    wrote: given.wrote === true || unanswered,
    updated: given.updated === true || unanswered,
  };
}
