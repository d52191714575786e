/** Limits how much is under way at once; what is urgent goes first. */
export type Lanes = <T>(work: () => Promise<T>, urgent: boolean) => Promise<T>;

/** Work waits for its turn behind what was asked for before it, urgent work only behind other urgent work. */
export function createLanes(count: number): Lanes {
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
    try {
      return await work();
    } finally {
      passOn();
    }
  };
}
