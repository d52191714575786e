/** Texts that are secrets wherever they stand. */

/** Keys, key files, and addresses with a password. */
const secretTexts = /PRIVATE KEY-----|"private_key"|:\/\/[^\s/@:]{0,200}:[^\s/@]{1,200}@/;

/** By its beginning: no configuration hides one behind 16 KB. */
export function looksSecret(text: string): boolean {
  return secretTexts.test(text.slice(0, 16_384));
}
