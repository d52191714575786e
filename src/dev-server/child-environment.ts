/** What programs that we start are told of our environment: keys of Polytomic, Temporal or a cloud are none of theirs. */

/** What finding, building and running a program takes: paths, folders, language, proxies, certificates, and Go's settings. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|TMPDIR|TEMP|TMP|LANG|LC_[A-Z]+|XDG_[A-Z_]+|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|GO[A-Z0-9]*|CGO_[A-Z]+|CC|SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE|COMSPEC|PATHEXT|(HTTPS?|NO|ALL)_PROXY)$/i;

/** The part of the environment that such a program gets. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)));
}
