// The job that any such bot has at the least, written with the usual tools: keep every event durably before it is
// acknowledged, and answer a new post in its thread.
import bolt from '@slack/bolt';
import Database from 'better-sqlite3';

const { App, SocketModeReceiver, LogLevel } = bolt;
const slackApiUrl = `${process.env.SLACK_API_URL}/`;

const db = new Database(process.env.LOAD_DATABASE);
db.pragma('journal_mode = WAL');
// Without it a commit of the last moments is lost with the power.
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, at INTEGER, body TEXT) WITHOUT ROWID');
const keep = db.prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?)');

const receiver = new SocketModeReceiver({
  appToken: process.env.SLACK_APP_TOKEN,
  logLevel: LogLevel.ERROR,
  installerOptions: { clientOptions: { slackApiUrl } },
});
// Bolt acknowledges an event before anything else sees it, so it is kept in front of that.
const acknowledging = receiver.client.listeners('slack_event');
receiver.client.removeAllListeners('slack_event');
receiver.client.on('slack_event', ({ body }) => {
  const id = body?.event_id ?? body?.trigger_id;
  if (id) keep.run(id, Date.now(), JSON.stringify(body));
});
acknowledging.forEach((listener) => receiver.client.on('slack_event', listener));

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  receiver,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl },
});
app.message(async ({ message, client }) => {
  if (message.thread_ts) return;
  await client.chat.postMessage({
    channel: message.channel,
    thread_ts: message.ts,
    text: `<@${message.user}> somebody is asked.`,
  });
});
app.action(/.*/, async ({ ack }) => ack());

await app.start();
console.log('ready');
