/** The files that tries of a download have stored, as heartbeat details carry them from one to the next. */
import type { LogFile, LogFiles } from '../../contracts/log-files';

/** Well below what a heartbeat may hold; files beyond it are stored again by the next try, which changes nothing. */
const longestNotes = 12 * 1024;
const mostListed = 500;

/** Names are unique within one download. */
export class StoredFiles {
  readonly #stored = new Map<string, number>();

  constructor(details: unknown) {
    const known = details as { v?: unknown; files?: unknown } | null | undefined;
    if (known?.v !== 1 || !Array.isArray(known.files)) return;
    for (const [name, bytes] of (known.files as unknown[]).filter(isStored)) this.#stored.set(name, bytes);
  }

  has(name: string): boolean {
    return this.#stored.has(name);
  }

  add({ name, bytes }: LogFile): void {
    this.#stored.set(name, bytes);
  }

  details(): { v: 1; files: [string, number][]; count: number; bytes: number } {
    let room = longestNotes;
    const files = [...this.#stored].filter((file) => (room -= JSON.stringify(file).length + 1) > 0);
    return { v: 1, files, count: this.#stored.size, bytes: this.bytes };
  }

  /** @param order names as Polytomic lists them: files that are fetched together end in any order */
  answer(order: readonly string[]): LogFiles {
    const place = new Map(order.map((name, index) => [name, index]));
    const placeOf = (name: string): number => place.get(name) ?? order.length;
    const sorted = [...this.#stored].sort(([one], [other]) => placeOf(one) - placeOf(other));
    const files = sorted.slice(0, mostListed).map(([name, bytes]) => ({ name, bytes }));
    return { files, count: this.#stored.size, bytes: this.bytes };
  }

  /** Of all files. */
  get bytes(): number {
    return [...this.#stored.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

/** What cannot be read is stored again. */
function isStored(file: unknown): file is [name: string, bytes: number] {
  return Array.isArray(file) && typeof file[0] === 'string' && typeof file[1] === 'number';
}
