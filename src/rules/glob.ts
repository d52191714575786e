/** Globs of `*` (any text) and `?` (any one character), matched in a time that grows with the text alone. */

/** Globs look at so many characters of a text. */
export const maxGlobbedLength = 1_024;

/** A text as globs look at it: where each of its characters stands, a bit for each place. */
interface GlobbedText {
  length: number;
  places: ReadonlyMap<string, Int32Array>;
  /** All places: those where a `?` fits. */
  all: Int32Array;
}

/** Whether a text has to be matched character by character. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** Makes the test of names: whether one is among these texts, or fits one of them that is a glob. */
export function createNameTest(texts: readonly string[]): (name: string) => boolean {
  const names = new Set(texts.filter((text) => !isGlob(text)));
  const globs = texts.filter(isGlob).map(createGlob);
  return (name) => {
    if (names.has(name)) return true;
    if (globs.length === 0) return false;
    const globbed = toGlobbedText(name);
    return globs.some((fits) => fits(globbed));
  };
}

/** What globs look at of a text, to be made once for all of them. */
function toGlobbedText(text: string): GlobbedText {
  const characters = Array.from(text.slice(0, maxGlobbedLength));
  // One place more than characters: behind the last one.
  const words = (characters.length >>> 5) + 1;
  const places = new Map<string, Int32Array>();
  const all = new Int32Array(words);
  characters.forEach((character, at) => {
    const here = places.get(character) ?? new Int32Array(words);
    places.set(character, here);
    setBit(here, at);
    setBit(all, at);
  });
  return { length: characters.length, places, all };
}

/**
 * Makes the test of whole texts against a glob, case-sensitive. Takes all ways of matching at once, a bit for each place
 * of the text (Shift-And): trying one after the other, as regular expressions do, lets a text choose how long that takes.
 */
function createGlob(glob: string): (text: GlobbedText) => boolean {
  const symbols = Array.from(glob);
  return ({ length, places, all }) => {
    // The places that the glob so far, fitted to the text before them, leads to.
    const reached = new Int32Array(all.length);
    reached[0] = 1;
    for (const symbol of symbols) {
      if (symbol === '*') fillUpwards(reached);
      else {
        const fitting = symbol === '?' ? all : places.get(symbol);
        if (!fitting) return false;
        step(reached, fitting);
      }
    }
    return hasBit(reached, length);
  };
}

/** One place on, from each place at which the next character fits. */
function step(reached: Int32Array, fitting: Int32Array): void {
  let carried = 0;
  for (let word = 0; word < reached.length; word++) {
    const here = reached[word]! & fitting[word]!;
    reached[word] = (here << 1) | carried;
    carried = here >>> 31;
  }
}

/** Every place from the first one on: any text may lie between. */
function fillUpwards(reached: Int32Array): void {
  const first = reached.findIndex((bits) => bits !== 0);
  if (first === -1) return;
  reached[first] = reached[first]! | -reached[first]!;
  reached.fill(-1, first + 1);
}

function setBit(words: Int32Array, at: number): void {
  words[at >>> 5]! |= 1 << (at & 31);
}

function hasBit(words: Int32Array, at: number): boolean {
  return (words[at >>> 5]! & (1 << (at & 31))) !== 0;
}
