// PGlite with TimescaleDB (WebAssembly) behind PostgreSQL's wire protocol: one backend, many clients.
//
//   main thread (here)         TCP only: accept, read, write, cancel; a crash of the backend means a restart
//   worker thread (worker.mjs) the backend, and the multiplexer that shares it out
//
// The backend is synchronous, so it may block while it waits for input (Atomics.wait) while this thread goes on
// reading sockets: that is how COPY FROM STDIN streams.
//
// What cannot be had: one transaction at a time for all clients, session advisory locks shared by all, no timeouts,
// no background workers.
import fs from 'node:fs';
import net from 'node:net';
import { parseArgs } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import {
  CANCEL, CANCEL_REQUEST, GSSENC_REQUEST, OUTSTANDING, PROTOCOL_3, SSL_REQUEST, WAKE, errorMessage, startupParameters,
} from './protocol.mjs';

const PAUSE_ABOVE = 4 << 20; // unread bytes of a client
const RESUME_BELOW = 1 << 20;
const MOST_CRASHES = 20;

const { values: args } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' }, // folder; in memory where it is missing
    template: { type: 'string' }, // tar of an initialised data folder, made if it is missing
    database: { type: 'string' }, // only this name is accepted; there is one database
    'queue-timeout': { type: 'string', default: '60' }, // seconds to wait for another client's transaction
    'parent-stdin': { type: 'boolean', default: false }, // stop when stdin closes
    debug: { type: 'boolean', default: false },
    'no-timescaledb': { type: 'boolean', default: false },
  },
});
const options = { ...args, queueTimeout: Number(args['queue-timeout']), timescaledb: !args['no-timescaledb'] };

const shared = new Int32Array(new SharedArrayBuffer(64));
const connections = new Map();
let nextId = 1;
let worker, port;
let up = false;
let closing = false;
let crashes = 0;

function send(item, transfer) {
  port.postMessage(item, transfer);
  Atomics.add(shared, WAKE, 1);
  Atomics.notify(shared, WAKE);
}

/** The WebAssembly backend does not honour postmaster.pid: two of them would corrupt the data. */
function lockData(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const lock = folder.replace(/\/+$/, '') + '.lock';
  const held = () => {
    try {
      process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
      return true;
    } catch (error) {
      return error.code === 'EPERM';
    }
  };
  for (let tries = 0; ; tries++) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      if (!held()) {
        fs.rmSync(lock, { force: true });
      } else if (tries < 20) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      } else {
        console.error('data folder in use:', lock);
        process.exit(73);
      }
    }
  }
  process.on('exit', () => fs.rmSync(lock, { force: true }));
}

function startWorker() {
  const channel = new MessageChannel();
  port = channel.port1;
  up = false;
  Atomics.store(shared, OUTSTANDING, 0);
  Atomics.store(shared, CANCEL, 0);
  worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { options, shared: shared.buffer, port: channel.port2 },
    transferList: [channel.port2],
    resourceLimits: { stackSizeMb: 256, maxOldGenerationSizeMb: 4096 },
  });
  port.on('message', fromWorker);
  worker.on('error', error => console.error('worker error', error));
  worker.on('exit', workerEnded);
}

function fromWorker(item) {
  const connection = connections.get(item.id);
  switch (item.kind) {
    case 'data': {
      const length = item.bytes.byteLength;
      const written = () => {
        Atomics.sub(shared, OUTSTANDING, length);
        Atomics.notify(shared, OUTSTANDING);
      };
      if (!connection || connection.socket.destroyed) written();
      else connection.socket.write(Buffer.from(item.bytes), written);
      break;
    }
    case 'ack':
      if (connection) {
        connection.inflight -= item.length;
        if (connection.inflight < RESUME_BELOW) connection.socket.resume();
      }
      break;
    case 'end':
      connection?.socket.end();
      break;
    case 'ready':
      up = true;
      if (server.listening) console.log(`RESTARTED startup_ms=${item.ms}`);
      else server.listen(Number(options.port), options.host, () => console.log(`READY port=${server.address().port} startup_ms=${item.ms}`));
      break;
    case 'crash':
      console.error('backend crashed:', item.error);
      worker.terminate();
      break;
  }
}

function workerEnded(code) {
  if (closing) process.exit(0);
  console.error('backend worker ended with code', code);
  const text = 'embedded backend crashed' + (options.data ? '; restarting' : ' (in-memory data lost)');
  for (const { socket } of connections.values()) {
    try {
      socket.write(errorMessage('FATAL', '57P02', text));
    } catch {
      // The client is gone already.
    }
    socket.destroySoon();
  }
  connections.clear();
  if (!options.data || !server.listening || ++crashes > MOST_CRASHES) process.exit(70);
  startWorker();
}

/** Bytes of a client that is past its startup packet. */
function forward(connection, bytes) {
  connection.inflight += bytes.length;
  if (connection.inflight > PAUSE_ABOVE) connection.socket.pause();
  const copy = new Uint8Array(bytes).buffer;
  send({ kind: 'data', id: connection.id, bytes: copy }, [copy]);
}

/** Bytes of a client that has not been let in yet: encryption is declined, a cancel request acted on. */
function handshake(connection, bytes) {
  const { socket } = connection;
  let rest = (connection.startup = Buffer.concat([connection.startup, bytes]));
  while (rest.length >= 8) {
    const length = rest.readInt32BE(0);
    const code = rest.readInt32BE(4);
    if (rest.length < length) return;
    const packet = rest.subarray(8, length);
    rest = connection.startup = rest.subarray(length);
    if (code === SSL_REQUEST || code === GSSENC_REQUEST) {
      socket.write('N');
      continue;
    }
    if (code === CANCEL_REQUEST) {
      const target = connections.get(packet.readInt32BE(0));
      if (target && target.key === packet.readInt32BE(4)) {
        Atomics.store(shared, CANCEL, target.id);
        send({ kind: 'cancel', id: target.id });
      }
      socket.end();
      return;
    }
    if (code >>> 16 !== PROTOCOL_3) {
      socket.end(errorMessage('FATAL', '08P01', `unsupported protocol ${code}`));
      return;
    }
    const parameters = startupParameters(packet);
    if (options.database && parameters.database !== options.database) {
      socket.end(errorMessage('FATAL', '3D000', `database "${parameters.database}" does not exist`));
      return;
    }
    connections.set(connection.id, connection);
    send({ kind: 'open', id: connection.id, key: connection.key, parameters });
    connection.startup = null;
    if (rest.length) forward(connection, rest);
    return;
  }
}

const server = net.createServer(socket => {
  socket.setNoDelay(true);
  const key = (Math.random() * 2 ** 31) | 0;
  const connection = { id: nextId++, socket, inflight: 0, key, startup: Buffer.alloc(0) };
  socket.on('data', bytes => (connection.startup ? handshake(connection, bytes) : forward(connection, bytes)));
  socket.on('error', () => {});
  socket.on('close', () => {
    if (connections.delete(connection.id)) send({ kind: 'close', id: connection.id });
  });
});

function stop() {
  if (closing) process.exit(1);
  closing = true;
  if (!up) process.exit(0);
  server.close();
  for (const { socket } of connections.values()) socket.destroy();
  send({ kind: 'shutdown' });
  setTimeout(() => process.exit(1), 15000).unref();
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (options['parent-stdin']) {
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
}
if (options.data) lockData(options.data);
startWorker();
