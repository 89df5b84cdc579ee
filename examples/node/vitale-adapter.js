// Connects a card reader written in JavaScript to vitale-testbed. One file to copy, Node 18 or later, no dependency:
//
//     const { Refusal, SocketReader, serve } = require('./vitale-adapter');
//
//     serve({ name: 'My reader', version: '1.0', capabilities: [] }, async ({ vitale, cps, pin, on, api }) => cardObject);
//
// `serve` is the whole adapter. `SocketReader` is for programs that have no reader of their own for a test. Written from the
// documentation alone: docs/adapters.md.
'use strict';

const net = require('node:net');
const readline = require('node:readline');

// ---- The messages: one JSON object a line in, one out. Nothing else may go to stdout; stderr is free. ------------------------

/**
 * Answers until the run is over.
 *
 * `product` is the answer to `describe`. `read` gets the message of a reading and returns its card object, or a
 * promise of it; it throws a Refusal to say no.
 */
async function serve(product, read) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const message = parse(line);
    if (message.cmd === 'stop') break; // nothing is open any more, so the process ends, with exit code 0
    process.stdout.write(JSON.stringify(await reply(message, product, read)) + '\n');
  }
}

function parse(line) {
  try { return Object(JSON.parse(line)); } catch { return {}; }
}

async function reply(message, product, read) {
  const { cmd, id } = message;
  if (cmd === 'describe') return product;
  if (cmd !== 'read') return { error: { code: 'unknown_command', message: `no such command: ${cmd}` } };
  try {
    return { id, card: await read(message), exports: {} };
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error); // a bug of ours: the report keeps the end of stderr
    return { id, error: { code: error instanceof Refusal ? error.code : 'internal_error', message: error.message } };
  }
}

/** What the user must be told; the codes are those of docs/codes.md. */
class Refusal extends Error {
  constructor(code, message) { super(message); this.code = code; }
}

// ---- The card reader: a socket. A message is a length (2 bytes, big-endian) and that many bytes, both ways. ------------------

const POWER_OFF = [0x00], POWER_ON = [0x01], GET_ATR = [0x04];
const PATIENCE = 10_000; // milliseconds we wait for an answer
const DETOURS = 300; // times a card may ask for a command again, or promise more, before it is given up: 256 bytes may come one at a time

/** A reader `socket:HOST:PORT`. `slot` is `vitale` or `cps`: whose codes it refuses with. */
class SocketReader {
  constructor(address, slot = 'vitale') {
    this.slot = slot;
    const [, host, port] = /^socket:(.+):(\d+)$/.exec(address) ?? [];
    if (!host) throw new Refusal('reader_unavailable', `this program only knows socket readers, not ${address}`);
    this.socket = net.connect({ host, port: Number(port), noDelay: true });
    this.socket.setTimeout(PATIENCE, () => this.socket.destroy(new Error('no answer')));
    this.chunks = this.socket[Symbol.asyncIterator]();
    this.received = Buffer.alloc(0);
  }

  send(bytes) {
    this.socket.write(Buffer.from([bytes.length >> 8, bytes.length & 0xff, ...bytes]));
  }

  async receive() {
    return this.take((await this.take(2)).readUInt16BE());
  }

  /** Exactly `count` bytes: TCP may deliver a message in several pieces. */
  async take(count) {
    while (this.received.length < count) {
      const { done, value } = await this.chunks.next().catch((error) => {
        throw new Refusal('reader_unavailable', `the card reader: ${error.message}`);
      });
      if (done) throw new Refusal('reader_unavailable', 'the card reader closed the connection');
      this.received = Buffer.concat([this.received, value]);
    }
    const bytes = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return bytes;
  }

  /** Switches the card on, which forgets what was selected and opened before; the ATR, empty when there is no card. */
  async powerOn() {
    this.send(POWER_ON);
    return this.atr();
  }

  /** The ATR of the card, empty when there is none. */
  async atr() {
    this.send(GET_ATR);
    return this.receive();
  }

  /** One command to the card and its answer `{data, sw, told}`, after the detours of T=0; `told` is how many bytes 6Cxx said are left. */
  async transmit(...command) {
    let data = Buffer.alloc(0), told = null;
    for (let detours = 0; detours < DETOURS; detours++) {
      this.send(command);
      const response = await this.receive();
      if (response.length < 2) {
        if ((await this.atr()).length === 0) throw new Refusal(`${this.slot}_removed`, 'The card was taken out.');
        break;
      }
      data = Buffer.concat([data, response.subarray(0, -2)]); // an answer may come in pieces
      const [sw1, sw2] = response.subarray(-2);
      if (sw1 === 0x6c) command = [...command.slice(0, -1), told = sw2]; // wrong Le: sw2 is the right one
      else if (sw1 === 0x61) command = [0x00, 0xc0, 0x00, 0x00, sw2]; // sw2 bytes wait: GET RESPONSE
      else return { data, sw: sw1 * 256 + sw2, told };
    }
    throw new Refusal(`${this.slot}_mute`, 'The card does not answer.');
  }

  close() {
    this.send(POWER_OFF);
    this.socket.end();
  }
}

module.exports = { Refusal, SocketReader, serve };
