// An SMTP server of another make than the backend's client. It keeps every mail as DIR/0001.eml with DIR/0001.json
// (envelope) beside it, and behaves as the control port was told last:
//   {"mode":"accept"}                      takes the mail
//   {"mode":"greylist","times":2}          451 for the first two tries of each mail, then takes it
//   {"mode":"refuse"}                      550 for every recipient
//   {"mode":"bounce","to":"127.0.0.1:25"}  takes it, then sends a delivery report to the envelope's return path there
//   {"mode":"silent"}                      takes the connection and never says a word after DATA
// One JSON line on standard output says where it listens. Ends with its standard input.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

const dir = process.argv[2];
if (!dir) throw new Error('usage: node server.mjs DIR');
mkdirSync(dir, { recursive: true });

let behaviour = { mode: 'accept' };
let tries = 0; // refused for now since the behaviour was set
let attempts = 0; // MAIL FROM since the behaviour was set
let kept = 0;
let failed = null; // the last delivery report that could not be handed in

const reply = (code, text) => Object.assign(new Error(text), { responseCode: code });

/** Hands a delivery report in by plain SMTP. */
function report(address, returnPath, recipient, messageId) {
  const [host, port] = address.split(':');
  const boundary = 'report-0001';
  const body = [
    'From: Mail Delivery System <mailer-daemon@correo.example>',
    `To: ${returnPath}`,
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Auto-Submitted: auto-replied',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    'El buzón no existe.',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; correo.example',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 El buzón no existe',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${messageId}`,
    `--${boundary}--`,
    '',
  ].join('\r\n');
  const lines = ['EHLO correo.example', 'MAIL FROM:<>', `RCPT TO:<${returnPath}>`, 'DATA', `${body}\r\n.`, 'QUIT'];
  const socket = connect(Number(port), host);
  let pending = '';
  socket.setEncoding('utf8');
  socket.on('error', (error) => {
    failed = String(error);
  });
  socket.on('data', (chunk) => {
    pending += chunk;
    // The last line of an answer has a space after its code.
    const match = /^(\d{3}) .*\r\n$/m.exec(pending);
    if (!match || !pending.endsWith('\r\n')) return;
    pending = '';
    if (Number(match[1]) >= 400) {
      failed = match[0].trim();
      socket.end();
      return;
    }
    const next = lines.shift();
    if (next === undefined) socket.end();
    else socket.write(`${next}\r\n`);
  });
}

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  logger: false,
  onMailFrom(_address, _session, done) {
    attempts += 1;
    done();
  },
  onRcptTo(_address, _session, done) {
    if (behaviour.mode === 'refuse') return done(reply(550, '5.1.1 El buzón no existe'));
    if (behaviour.mode === 'greylist' && tries < (behaviour.times ?? 1)) {
      tries += 1;
      return done(reply(451, '4.7.1 Vuelva a intentar en unos segundos'));
    }
    return done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      if (behaviour.mode === 'silent') return;
      const bytes = Buffer.concat(chunks);
      kept += 1;
      const name = String(kept).padStart(4, '0');
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
      const to = session.envelope.rcptTo.map((r) => r.address);
      writeFileSync(join(dir, `${name}.json`), JSON.stringify({ from, to, at: Date.now() }));
      // The mail appears whole or not at all.
      writeFileSync(join(dir, `${name}.part`), bytes);
      renameSync(join(dir, `${name}.part`), join(dir, `${name}.eml`));
      done(null, `2.0.0 queued as ${name}`);
      if (behaviour.mode === 'bounce') {
        const id = /^Message-ID:\s*(\S+)/im.exec(bytes.toString('latin1'));
        report(behaviour.to, from, to[0], id ? id[1] : '<unknown>');
      }
    });
  },
});

const control = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    if (request.method === 'PUT') {
      behaviour = JSON.parse(body);
      tries = 0;
      attempts = 0;
      failed = null;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ behaviour, attempts, kept, failed }));
  });
});

smtp.listen(0, '127.0.0.1', () => {
  control.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ smtp: smtp.server.address().port, control: control.address().port }));
  });
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
