// Reads the holders of a carte Vitale with npm's `smartcard`: node vitale_client.js "READER NAME"
'use strict';

const { Context, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD } = require('smartcard');

const VITALE = [...Buffer.from('D250000002564954414C45', 'hex')];

async function main(name) {
  const context = new Context();
  const reader = context.listReaders().find((each) => each.name === name);
  const card = await reader.connect(SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
  console.log('atr', card.getStatus().atr.toString('hex').toUpperCase());
  await select(card, 0x00, [0x3f, 0x00]);
  await select(card, 0x02, [0xd0, 0x01]);
  const holders = templates(await read(card));
  await select(card, 0x04, VITALE);
  await select(card, 0x02, [0x20, 0x02]);
  const numbers = templates(await read(card));
  holders.forEach((holder, i) => {
    console.log(`holder ${[holder[0x80].trim(), holder[0x81].trim(), holder[0x82], numbers[i][0x93]].join('|')}`);
  });
  await select(card, 0x02, [0x20, 0x15]);
  console.log('protected', (await transmit(card, 0x00, 0xb0, 0x00, 0x00, 0x00)).sw.toString(16).toUpperCase());
  card.disconnect(SCARD_LEAVE_CARD);
  context.close();
}

/** One command, after the detours of T=0. */
async function transmit(card, ...command) {
  const response = await card.transmit(Buffer.from(command));
  const [sw1, sw2] = response.subarray(-2);
  if (sw1 === 0x6c) return transmit(card, ...command.slice(0, -1), sw2);
  if (sw1 === 0x61) return transmit(card, 0x00, 0xc0, 0x00, 0x00, sw2);
  return { data: response.subarray(0, -2), sw: sw1 * 256 + sw2 };
}

async function select(card, how, name) {
  const { sw } = await transmit(card, 0x00, 0xa4, how, 0x0c, name.length, ...name);
  if (sw !== 0x9000) throw new Error(`SELECT: ${sw.toString(16)}`);
}

async function read(card) {
  for (let content = Buffer.alloc(0); ;) {
    const { data, sw } = await transmit(card, 0x00, 0xb0, content.length >> 8, content.length & 0xff, 0x00);
    if (sw !== 0x9000 && sw !== 0x6b00) throw new Error(`READ BINARY: ${sw.toString(16)}`);
    content = Buffer.concat([content, data]);
    if (data.length < 256) return content;
  }
}

/** The templates 65, up to the zeros that fill the file; every length here is one byte. */
function templates(content) {
  const found = [];
  for (let at = 0; content[at] === 0x65;) {
    const end = at + 2 + content[at + 1];
    const fields = {};
    for (at += 2; at < end; at += 2 + content[at + 1]) {
      fields[content[at]] = content.toString('latin1', at + 2, at + 2 + content[at + 1]);
    }
    found.push(fields);
  }
  return found;
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
