/** Identifiers that are derived, where the same thing must keep its id when asked again. */
import { createHash } from 'node:crypto';

/** A UUID that depends on nothing but the text, so that what is computed anew on each read keeps its identity. */
export function idFrom(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** A number from 0 up to 1 that depends on nothing but the text: chance that repeats from run to run. */
export const chanceFrom = (text: string): number =>
  createHash('sha1').update(text).digest().readUInt32BE(0) / 0x1_0000_0000;
