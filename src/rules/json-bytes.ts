/** As many whole characters of a text as take no more than so many bytes of UTF-8. */
export function cutToBytes(text: string, maxBytes: number): string {
  // No character takes more than three bytes for each of its units.
  if (text.length * 3 <= maxBytes) return text;
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read);
}

/** Bytes of a value as JSON in UTF-8, as payloads carry it: a character may take three of them. Works inside workflows. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
