import { join } from 'node:path';
import { Mailbox } from './mailbox.ts';
import { startReceivers } from './server.ts';

/** The process that `npm start` runs. */
const { PORT, SMTP_PORT, FOLDER, DATA_PLATFORM_SECRET, SLACK_SECRET } = process.env;
if (!PORT || !SMTP_PORT || !FOLDER || !DATA_PLATFORM_SECRET || !SLACK_SECRET) {
  throw new Error('PORT, SMTP_PORT, FOLDER, DATA_PLATFORM_SECRET and SLACK_SECRET must be set.');
}
const secrets = { 'data-platform': DATA_PLATFORM_SECRET, slack: SLACK_SECRET };
const mailbox = new Mailbox(join(FOLDER, 'mails.jsonl'));
await mailbox.listen(Number(SMTP_PORT));
await startReceivers({ port: Number(PORT), folder: FOLDER, secrets, mailbox });
// Everything that was received is in the files already.
process.once('SIGTERM', () => process.exit(0));
