# The worker, alone: docker build -t temporal-polytomic . && docker run --init --env-file … temporal-polytomic
# --init: something must pass on signals to a process that is still starting, and it runs with --read-only too.
# Temporal's native library needs glibc, so no Alpine.
# By digest, so that a rebuild is the same: --build-arg NODE_IMAGE=node:20.19.5-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:20.19.5-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build scripts/build
COPY src src
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The @temporalio packages are peers of the library and dev dependencies of this repository. As the latter, --omit=dev
# would leave them out; without the list of dev dependencies npm installs them as peers, in the locked versions.
RUN npm pkg delete devDependencies && npm ci --ignore-scripts && npm cache clean --force
# Temporal ships its native library for every platform; one is enough.
RUN cd node_modules/@temporalio/core-bridge/releases \
  && find . -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-*linux-gnu" -exec rm -r {} + \
  && ls */index.node

FROM ${NODE_IMAGE}
# The roots that TLS to a Temporal cluster is checked against. A worker installs nothing, so package managers of Node go.
RUN apt-get update \
  && apt-get install --no-install-recommends -y ca-certificates \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /opt/yarn* \
  && rm -f /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/lib lib
COPY package.json LICENSE ./
ENV NODE_ENV=production POLYTOMIC_HEALTH_PORT=8080
EXPOSE 8080
USER node
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.POLYTOMIC_HEALTH_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/worker.js"]
