/** Drops what signs the URLs in a text. */

/**
 * The text with the query and the fragment of every URL replaced. Takes each URL whole and cuts it then: one expression for
 * both steps would go back over a long text from each of its places.
 */
export function withoutUrlQueries(text: string, replacement: string): string {
  return text.replace(/\bhttps?:\/\/[^\s"'<>]+/gi, (url) => {
    const end = url.search(/[?#]/);
    return end < 0 ? url : `${url.slice(0, end)}?${replacement}`;
  });
}
