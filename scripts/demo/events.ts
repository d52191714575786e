/** What the naive loop tells the demo, which has no other way to look into it. */

/** One line of its story. */
export interface NaiveEvent {
  name: string;
  what: 'started' | 'done' | 'lost';
  why?: string;
}
