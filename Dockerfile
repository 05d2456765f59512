# The whole app in one image. Build-time tools stay in: `npm start` runs the app through them.
FROM node:24-slim
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && mkdir -p /data && chown -R node:node /data .next

ENV DATA_DIR=/data HOSTED=1 PORT=3000
USER node
VOLUME /data
EXPOSE 3000
CMD ["npm", "start"]
