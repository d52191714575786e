/** Things by the time at which they are due: a binary heap in which each thing stands once and can be moved. */

/** The earliest is taken first; putting, moving and removing cost the logarithm of the size. */
export class DueQueue<T> {
  private readonly heap: { thing: T; dueAt: number }[] = [];
  private readonly places = new Map<T, number>();

  get size(): number {
    return this.heap.length;
  }

  /** When the earliest is due; infinite when there is none. */
  get nextAt(): number {
    return this.heap[0]?.dueAt ?? Infinity;
  }

  /** Puts a thing in, or moves it. */
  set(thing: T, dueAt: number): void {
    const place = this.places.get(thing) ?? this.heap.length;
    this.store({ thing, dueAt }, place);
    this.settle(place);
  }

  delete(thing: T): void {
    const place = this.places.get(thing);
    if (place === undefined) return;
    this.places.delete(thing);
    const last = this.heap.pop();
    if (!last || last.thing === thing) return;
    this.store(last, place);
    this.settle(place);
  }

  /** Takes the earliest out if it is due. */
  takeDue(now: number): T | undefined {
    const first = this.heap[0];
    if (!first || first.dueAt > now) return undefined;
    this.delete(first.thing);
    return first.thing;
  }

  private settle(place: number): void {
    this.sink(this.rise(place));
  }

  private rise(place: number): number {
    let at = place;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.dueAt(parent) <= this.dueAt(at)) break;
      this.swap(at, parent);
      at = parent;
    }
    return at;
  }

  private sink(place: number): void {
    for (let at = place; ;) {
      const left = 2 * at + 1;
      const child = this.dueAt(left + 1) < this.dueAt(left) ? left + 1 : left;
      if (this.dueAt(at) <= this.dueAt(child)) return;
      this.swap(at, child);
      at = child;
    }
  }

  private dueAt(place: number): number {
    return this.heap[place]?.dueAt ?? Infinity;
  }

  private swap(a: number, b: number): void {
    const [first, second] = [this.heap[a], this.heap[b]];
    if (!first || !second) return;
    this.store(second, a);
    this.store(first, b);
  }

  private store(entry: { thing: T; dueAt: number }, place: number): void {
    this.heap[place] = entry;
    this.places.set(entry.thing, place);
  }
}
