/** How servers print a secret that they quote; written independently of the code under test. */

/** The secret as it is, and in every encoding that was met. */
export function allFormsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const lower = percent.replace(/%../g, (code) => code.toLowerCase());
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString('base64');
  const forms = [
    secret,
    percent,
    lower,
    new URLSearchParams({ a: secret }).toString().slice(2),
    json,
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;'),
    base64,
    Buffer.from(secret).toString('base64url'),
    // Within a longer text in base64, as in the header of basic authentication, at each place where it can begin.
    ...['u', 'us', 'use'].map((user) => Buffer.from(`${user}:${secret}!`).toString('base64')),
  ];
  return [...new Set(forms)];
}
