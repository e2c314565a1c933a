import { startReceivers } from './server.ts';

/** The process that `npm start` runs. */
const { PORT, FOLDER, DATA_PLATFORM_SECRET, SLACK_SECRET } = process.env;
if (!PORT || !FOLDER || !DATA_PLATFORM_SECRET || !SLACK_SECRET) {
  throw new Error('PORT, FOLDER, DATA_PLATFORM_SECRET and SLACK_SECRET must be set.');
}
const secrets = { 'data-platform': DATA_PLATFORM_SECRET, slack: SLACK_SECRET };
await startReceivers({ port: Number(PORT), folder: FOLDER, secrets });
// What was taken is in the file already.
process.once('SIGTERM', () => process.exit(0));
