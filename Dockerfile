# syntax=docker/dockerfile:1
# One image for all services; docker-compose.yml and deploy/kubernetes say which of them a container runs. The tag is
# only for readers; the digest decides (docs/decisions.md says where it comes from).
FROM node:24.20.0-bookworm-slim@sha256:ba849c60be29959425b8734d57b8b4b7d56f98edd9504c9af091d5281095a71e AS node
WORKDIR /frontrow

# Packages come first, so that they are installed again only when one of these files changes.
FROM node AS manifests
COPY package.json package-lock.json .npmrc ./
COPY events/package.json events/
COPY kit/package.json kit/
COPY subgraphs/users/package.json subgraphs/users/
COPY subgraphs/queue/package.json subgraphs/queue/
COPY subgraphs/concerts/package.json subgraphs/concerts/
COPY subgraphs/reservations/package.json subgraphs/reservations/
COPY subgraphs/payments/package.json subgraphs/payments/
COPY subgraphs/sagas/package.json subgraphs/sagas/
COPY subgraphs/deliveries/package.json subgraphs/deliveries/
COPY gateway/package.json gateway/
COPY storefront/package.json storefront/
COPY stack/package.json stack/
COPY audit/package.json audit/
COPY chaos/package.json chaos/
COPY tests/package.json tests/
COPY bench/package.json bench/

# Only the packages that are needed at run time, without those of tests, measurements and the build.
FROM manifests AS packages
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev -w subgraphs/users -w subgraphs/queue -w subgraphs/concerts \
  -w subgraphs/reservations -w subgraphs/payments -w subgraphs/sagas -w subgraphs/deliveries -w gateway -w stack -w audit \
  && rm -r chaos tests bench

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npx tsc -b subgraphs/* gateway stack audit && npm run build -w storefront
# Sources, and everything that only tests use, are left out.
RUN find events kit subgraphs gateway stack audit \
  '(' -name node_modules -o -name src -o -name testing -o -name '*.spec.*' -o -name '*.tsbuildinfo' ')' \
  -prune -exec rm -r {} +

FROM node
ENV NODE_ENV=production
COPY --from=packages /frontrow ./
COPY --from=build /frontrow/events events
COPY --from=build /frontrow/kit kit
COPY --from=build /frontrow/subgraphs subgraphs
COPY --from=build /frontrow/gateway gateway
COPY --from=build /frontrow/stack stack
COPY --from=build /frontrow/audit audit
COPY --from=build /frontrow/storefront/dist storefront/dist
# Nothing is written, so the root may be read-only. The number is the user `node`; Kubernetes needs a number.
USER 1000
