# syntax=docker/dockerfile:1
# One image for all services; docker-compose.yml says which of them a container runs.

FROM node:22-bookworm-slim AS build
WORKDIR /frontrow
# The packages first: they are installed again only when one of these files changes.
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
COPY tests/package.json tests/
COPY bench/package.json bench/
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npx tsc -b && npm run build -w storefront && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /frontrow
COPY --from=build /frontrow ./
# Nothing is written below /frontrow, so its files may well belong to root.
USER node
