/** Bytes of a value as JSON in UTF-8, as payloads carry it: a character may take three of them. Works inside workflows. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
