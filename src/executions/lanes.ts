/** How much is under way at once. */
import type { Clock } from '../polytomic/clock';

/** Limits how much is under way at once; what is urgent goes first. */
export type Lanes = <T>(work: () => Promise<T>, urgent: boolean) => Promise<T>;

/** Work that takes longer goes on, and holds nothing up any more: it may never be answered. */
const maxHoldMs = 5_000;

/** Work waits for its turn behind what was asked for before it, urgent work only behind other urgent work. */
export function createLanes(count: number, clock: Clock): Lanes {
  const urgentTurns: (() => void)[] = [];
  const otherTurns: (() => void)[] = [];
  let free = count;
  const passOn = (): void => {
    const next = urgentTurns.shift() ?? otherTurns.shift();
    if (next) next();
    else free += 1;
  };
  return async (work, urgent) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => (urgent ? urgentTurns : otherTurns).push(resolve));
    let isHeld = true;
    const release = (): void => {
      if (isHeld) passOn();
      isHeld = false;
    };
    const cancelTimer = clock.setTimer(maxHoldMs, release);
    try {
      return await work();
    } finally {
      cancelTimer();
      release();
    }
  };
}
