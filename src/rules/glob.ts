/** Globs of `*` (any text) and `?` (any one character), matched in a time that grows with the text alone. */

/** Globs look at so many characters of a text. */
export const maxGlobbedLength = 1_024;

/** Whether a text has to be matched character by character. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Makes the test of whole texts against a glob, case-sensitive. Takes all ways of matching at once, a bit for each
 * character of the glob (Shift-And): trying one after the other, as regular expressions do, lets a text choose how long
 * that takes.
 */
export function createGlob(glob: string): (text: readonly number[]) => boolean {
  const { symbols, starred } = parse(glob);
  const words = Math.ceil((symbols.length + 1) / 32);
  const stars = new Int32Array(words);
  const anyCharacter = new Int32Array(words);
  starred.forEach((at) => setBit(stars, at));
  symbols.forEach((symbol, at) => symbol === anyOne && setBit(anyCharacter, at + 1));
  const masks = new Map<number, Int32Array>();
  symbols.forEach((symbol, at) => {
    if (symbol === anyOne) return;
    const mask = masks.get(symbol) ?? anyCharacter.slice();
    setBit(mask, at + 1);
    masks.set(symbol, mask);
  });
  return (text) => {
    // Bit n: the text so far fits the first n characters of the glob.
    const fitting = new Int32Array(words);
    fitting[0] = 1;
    for (const character of text) {
      const mask = masks.get(character) ?? anyCharacter;
      let carried = 0;
      for (let word = 0; word < words; word++) {
        const here = fitting[word]!;
        fitting[word] = (((here << 1) | carried) & mask[word]!) | (here & stars[word]!);
        carried = here >>> 31;
      }
    }
    return (fitting[symbols.length >>> 5]! & (1 << (symbols.length & 31))) !== 0;
  };
}

/** The characters that a glob looks at. */
export function toCharacters(text: string): number[] {
  return Array.from(text.slice(0, maxGlobbedLength), (character) => character.codePointAt(0) ?? 0);
}

const anyOne = -1;

/** The characters of a glob without its `*`, and before which of them (or behind the last) a `*` stands. */
function parse(glob: string): { symbols: number[]; starred: Set<number> } {
  const symbols: number[] = [];
  const starred = new Set<number>();
  for (const character of glob) {
    if (character === '*') starred.add(symbols.length);
    else symbols.push(character === '?' ? anyOne : (character.codePointAt(0) ?? 0));
  }
  return { symbols, starred };
}

function setBit(words: Int32Array, at: number): void {
  words[at >>> 5]! |= 1 << (at & 31);
}

/** Whether one text fits one glob; where many texts are matched, make the test once. */
export function matchesGlob(text: string, glob: string): boolean {
  return createGlob(glob)(toCharacters(text));
}
