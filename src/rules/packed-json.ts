/** Packs JSON values that have much in common, without loss: each set of field names once, each text that repeats once. */

/** What some values were packed into. */
export interface Packed {
  /** Names of fields, by the number that begins an object. */
  shapes: string[][];
  /** Texts that stand in several places. */
  texts: string[];
  values: Cell[];
}

/** A value as it is; as an array: an object (its shape, then its fields), a list, or the place of a text. */
type Cell = null | boolean | number | string | Cell[];

const listMark = -1;
const textMark = -2;
/** Shorter texts take less room than their places. */
const minTextLength = 8;

/** Packs values; fields that are undefined are left out, as JSON does. */
export function pack(values: readonly unknown[]): Packed {
  const shapes = new Map<string, number>();
  const repeated = repeatedTexts(values);
  const toCell = (value: unknown): Cell => {
    if (typeof value === 'string') {
      const place = repeated.get(value);
      return place === undefined ? value : [textMark, place];
    }
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value)) return [listMark, ...value.map(toCell)];
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    const names = JSON.stringify(fields.map(([name]) => name));
    const shape = shapes.get(names) ?? shapes.size;
    shapes.set(names, shape);
    return [shape, ...fields.map(([, field]) => toCell(field))];
  };
  const cells = values.map(toCell);
  return {
    shapes: [...shapes.keys()].map((names) => JSON.parse(names) as string[]),
    texts: [...repeated.keys()],
    values: cells,
  };
}

/** The values that were packed. */
export function unpack({ shapes, texts, values }: Packed): unknown[] {
  const toValue = (cell: Cell): unknown => {
    if (!Array.isArray(cell)) return cell;
    const [mark, ...cells] = cell;
    if (mark === textMark) return texts[Number(cells[0])];
    if (mark === listMark) return cells.map(toValue);
    const names = shapes[Number(mark)] ?? [];
    return Object.fromEntries(names.map((name, at) => [name, toValue(cells[at] ?? null)]));
  };
  return values.map(toValue);
}

/** Texts that stand in several places, and the order in which they are listed. */
function repeatedTexts(values: readonly unknown[]): Map<string, number> {
  const seen = new Set<string>();
  const repeated = new Map<string, number>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.length < minTextLength || repeated.has(value)) return;
      if (seen.has(value)) repeated.set(value, repeated.size);
      else seen.add(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const field of Object.values(value)) visit(field);
    }
  };
  visit(values);
  return repeated;
}
