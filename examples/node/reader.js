#!/usr/bin/env node
// A reader of the free data of a carte Vitale, connected to vitale-testbed:
//
//     vitale certify --product "exec:node examples/node/reader.js"
//
// Node 18 or later, no dependency. Written from the documentation alone: docs/cards/vitale2.md (files of the card) and
// docs/card-object.md (the answer). To connect a reader you already have, keep part 1 and call yours from it.
'use strict';

const { Refusal, SocketReader, serve } = require('./vitale-adapter');

// ---- 1. The adapter. ---------------------------------------------------------------------------------------------------------

const PRODUCT = { name: 'Node example', version: '1.0', vendor: 'vitale-testbed', language: 'JavaScript', capabilities: [] };

async function read({ vitale, on }) {
  const reader = new SocketReader(vitale); // a new connection for each reading: nothing is remembered
  try {
    const atr = await reader.powerOn();
    if (atr.length === 0) throw new Refusal('vitale_absent', 'There is no Vitale card in the reader.');
    return cardObject(atr, await readFiles(reader), on);
  } finally {
    reader.close();
  }
}

// ---- 2. The files of the card. -----------------------------------------------------------------------------------------------

const VITALE = Buffer.from('D250000002564954414C45', 'hex'); // the application
const POINTERS = [0x20, 0x01]; // its file that says where the other files are

// What we read: for each file its template, and the names of its fields, whose tags follow one another from 80. The protected
// files are not here: without a professional card they answer 6982.
const INDEX = { 0x9e: 'index' }; // whose record it is, from 1
const LAYOUTS = {
  IDENTITE: { template: 0x65, fields: 'nom prenom naissance', also: { 0x90: 'nationalite' } },
  ASSURE: { template: 0xe1, fields: 'type_carte numero_serie fin_validite ruf1 ruf2 ruf_administration type_porteur nir cle_nir '
    + 'regime caisse centre code_gestion ruf_famille' },
  SERVAMO: { template: 0xe2, fields: 'code debut fin' },
  ACCIDENT: { template: 0xe3, fields: 'organisme1 code_gestion1 identifiant1 organisme2 code_gestion2 identifiant2 '
    + 'organisme3 code_gestion3 identifiant3' },
  BENEFIC: { template: 0xe4, also: INDEX, fields: 'nom_usuel nom_patronymique prenom adresse1 adresse2 adresse3 adresse4 adresse5 '
    + 'nir_certifie cle_nir_certifie date_certification date_naissance rang_naissance qualite '
    + 'code_service_amo debut_service_amo fin_service_amo ruf' },
  DROITS: { template: 0xe5, also: INDEX, fields: 'debut fin' },
  MUTUELLE: { template: 0xe7, also: INDEX, fields: 'identification garanties indicateur_traitement type_services services_associes '
    + 'aiguillage_sts' },
  PERMUTU: { template: 0xe8, also: INDEX, fields: 'debut fin' },
  AMC: { template: 0xe9, also: INDEX, fields: 'numero_b2 numero_edi numero_adherent indicateur_traitement debut fin code_routage '
    + 'identifiant_hote nom_domaine aiguillage_sts type_services services_associes' },
  COMMUNE: { template: 0xeb, fields: 'contenu' },
  CARTE: { template: 0x66, fields: 'debut_validite' },
};

/** The records of the files above, by the file's name. A file that cannot be understood is an anomaly; the others are kept. */
async function readFiles(reader) {
  if (!(await select(reader, 0x04, VITALE))) throw new Refusal('vitale_unknown', 'This card is not a Vitale card.');
  const files = await readPointers(reader);
  const records = Object.fromEntries(Object.keys(LAYOUTS).map((name) => [name, []]));
  const anomalies = [];
  const say = (fichier, offset, raison) => anomalies.push({ fichier, offset, raison });
  for (const { name, aid, fid } of files.filter((file) => LAYOUTS[file.name])) {
    try {
      if (!aid || !(await select(reader, 0x04, aid))) throw new Malformed('its application is not there');
      records[name] = decode(await readFile(reader, fid), LAYOUTS[name], (offset, reason) => say(name, offset, reason));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      say(name, error.offset, error.message);
    }
  }
  return { records, anomalies };
}

/** POINTERS gives each application a number, and each file the number of its application: join the two. */
async function readPointers(reader) {
  try {
    const pointers = parseTlv(await readFile(reader, POINTERS)).find(({ tag }) => tag === 0xe0);
    if (!pointers) throw new Malformed('no template E0');
    const entries = parseTlv(pointers.value, pointers.start);
    const applications = entries.filter(({ tag }) => tag === 0xa0).flatMap(({ value, start }) => parseTlv(value, start));
    const aids = new Map(applications.map(({ value }) => [value.toString('hex', 0, 2), value.subarray(4)]));
    return entries.filter(({ tag }) => tag === 0x80).map(({ value }) => ({
      name: value.toString('latin1', 0, 8).trimEnd(),
      aid: aids.get(value.toString('hex', 8, 10)),
      fid: value.subarray(10, 12),
    }));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Refusal('card_data_invalid', `POINTERS cannot be understood: ${error.message}`); // without it nothing is found
  }
}

/** SELECT: `how` is 04 for an application by its name, 02 for a file of that application. 0C asks for no description. */
async function select(reader, how, name) {
  return (await reader.transmit(0x00, 0xa4, how, 0x0c, name.length, ...name)).sw === 0x9000;
}

async function readFile(reader, fid) {
  if (!(await select(reader, 0x02, fid))) throw new Malformed('the file is not there');
  for (let content = Buffer.alloc(0); ;) {
    const { data, sw, told } = await reader.transmit(0x00, 0xb0, content.length >> 8, content.length & 0xff, 0x00);
    if (sw !== 0x9000 && sw !== 0x6b00) throw new Malformed(`READ BINARY answers ${sw.toString(16).toUpperCase()}`);
    content = Buffer.concat([content, data]);
    // Fewer bytes than asked for are no end: that is 6B00, which comes without data, or as many as 6Cxx said are left.
    if (data.length === 0 || data.length === told || content.length > 0x7fff) return content;
  }
}

// ---- 3. BER-TLV, and the records in it. --------------------------------------------------------------------------------------

/** `offset` is where in the file, null when the card gave no content. */
class Malformed extends Error {
  constructor(reason, offset = null) { super(reason); this.offset = offset; }
}

/** The data objects of `bytes`, one level deep; `start` is where `bytes`, or a value, begins in its file, `at` where an object does. */
function parseTlv(bytes, start = 0) {
  const objects = [];
  let at = 0;
  const next = () => {
    if (at >= bytes.length) throw new Malformed('a data object is cut short', start + at);
    return bytes[at++];
  };
  while (at < bytes.length) {
    const begin = start + at;
    let tag = next();
    if (tag === 0x00 || tag === 0xff) continue; // padding
    if ((tag & 0x1f) === 0x1f) do tag = tag * 256 + next(); while (tag & 0x80); // 7F21, 5F37...
    let length = next();
    if (length === 0x81) length = next();
    else if (length === 0x82) length = next() * 256 + next();
    else if (length >= 0x80) throw new Malformed('a length of a form these cards do not use', start + at - 1);
    if (at + length > bytes.length) throw new Malformed('a data object is cut short', start + at);
    objects.push({ tag, at: begin, start: start + at, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return objects;
}

/** The records of a file, as objects of texts. A field that the card leaves out is an empty text, and `say` tells of it. */
function decode(content, { template, fields, also = {} }, say) {
  if (content[0] === 0x04 && content[1] === 0x00) return []; // no record
  const names = { ...Object.fromEntries(fields.split(' ').map((name, i) => [0x80 + i, name])), ...also };
  return parseTlv(content).filter(({ tag }) => tag === template).map(({ value: record, at: begin, start }) => {
    const texts = {};
    for (const { tag, at, value } of parseTlv(record, start)) {
      const name = names[tag];
      if (!name) continue; // tags we do not know are skipped
      if (name in texts) say(at, `${name} stands twice`);
      texts[name] ??= tag === 0x9e ? value[0] : value.toString('latin1'); // not UTF-8
    }
    for (const [tag, name] of Object.entries(names).filter(([, name]) => !(name in texts))) {
      say(Number(tag) === 0x9e ? start : begin, `${name} is missing`);
      texts[name] = '';
    }
    return texts;
  });
}

// ---- 4. The card object: docs/card-object.md says where each key comes from. -------------------------------------------------

function cardObject(atr, { records, anomalies }, on) {
  const [assure = {}] = records.ASSURE;
  const [accident = {}] = records.ACCIDENT;
  const mayotte = assure.regime === '01' && assure.caisse === '976'; // it has no régime of its own
  return {
    schema: 'vitale-card/1',
    api: '4.10', // the only rules this program knows
    on, // the day asked for, never today
    vitale: {
      profile: 'vitale2',
      atr: atr.toString('hex').toUpperCase(),
      ...pick(assure, 'numero_serie type_carte'),
      debut_validite: date(records.CARTE[0]?.debut_validite),
      fin_validite: date(assure.fin_validite),
    },
    assure: {
      nir: assure.nir ?? '',
      cle: assure.cle_nir ?? '',
      nir_valide: nirIsValid(assure.nir, assure.cle_nir),
      ...pick(assure, 'regime caisse centre code_gestion'),
      regime_libelle: mayotte ? 'Régime général - Mayotte' : REGIMES[assure.regime] ?? null,
      regime_particulier: mayotte ? 'mayotte' : null,
    },
    service_amo: records.SERVAMO[0] ? { code: records.SERVAMO[0].code, ...period(records.SERVAMO[0]) } : NO_SERVICE,
    accidents: [1, 2, 3].map((n) => ({
      organisme: accident[`organisme${n}`], code_gestion: accident[`code_gestion${n}`], identifiant: accident[`identifiant${n}`],
    })).filter((entry) => Object.values(entry).some(Boolean)),
    zone_commune: records.COMMUNE[0]?.contenu ?? null,
    beneficiaires: records.BENEFIC.map((record) => beneficiary(record, records, on)),
    professionnel: null,
    protected: { // this program never opens the protected files: it says so, and their three keys are null
      status: 'withheld',
      code: 'cps_absent',
      message: 'Ce logiciel ne lit que les données libres de la carte Vitale.',
      next_step: 'Pour les données protégées, utilisez un logiciel qui lit aussi les cartes CPS, CPF, CPE et CDE.',
    },
    anomalies,
  };
}

function beneficiary(record, records, on) {
  const own = (file) => records[file].filter(({ index }) => index === record.index);
  const [mutuelle] = own('MUTUELLE');
  const [amc] = own('AMC');
  return {
    ...pick(record, 'index nom_usuel nom_patronymique prenom'),
    nationalite: records.IDENTITE[record.index - 1]?.nationalite ?? '', // IDENTITE has no index: the first is beneficiary 1
    adresse: [1, 2, 3, 4, 5].map((n) => record[`adresse${n}`]),
    ...pick(record, 'nir_certifie cle_nir_certifie'),
    date_certification: date(record.date_certification),
    naissance: birth(record.date_naissance),
    ...pick(record, 'rang_naissance qualite'),
    qualite_libelle: QUALITES[record.qualite] ?? null,
    service_amo: { code: record.code_service_amo, debut: date(record.debut_service_amo), fin: date(record.fin_service_amo) },
    droits: own('DROITS').map(period),
    droits_ouverts: own('DROITS').some((rights) => covers(rights, on)),
    mutuelle: mutuelle ? {
      ...pick(mutuelle, LAYOUTS.MUTUELLE.fields),
      periodes: own('PERMUTU').map(period),
      geree_par_amo: mutuelle.identification === '99999997',
    } : null,
    amc: amc ? { ...pick(amc, LAYOUTS.AMC.fields), ...period(amc) } : null,
    couvertures: null,
    exoneration: null,
    maternite: null,
  };
}

const pick = (record, names) => Object.fromEntries(names.split(' ').map((name) => [name, record[name] ?? '']));
const period = ({ debut, fin }) => ({ debut: date(debut), fin: date(fin) });
const NO_SERVICE = { code: '00', debut: null, fin: null };
const isZero = (text = '') => /^0*$/.test(text);

/** AAAAMMJJ, with or without hhmm, as AAAA-MM-JJ; null for no date and for what the calendar does not have. */
function date(text = '') {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(\d{4})?$/.exec(text) ?? [];
  if (!year || isZero(year)) return null;
  const found = new Date(`${year}-${month}-${day}T00:00:00Z`); // JavaScript rejects month 19, but takes 30 February for 2 March
  return found.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : null;
}

/** Both days included; zeros are an open end. An impossible date covers nothing: its null is neither before nor after a day. */
function covers({ debut, fin }, on) {
  return (isZero(debut) || date(debut) <= on) && (isZero(fin) || date(fin) >= on);
}

/** A birth date stays as the card has it. "Lunar" ones (month 19, day 32...) are those of real people. */
function birth(text) {
  const en_carte = isZero(text) ? '' : text.slice(0, 8).trimEnd();
  const possible = date(en_carte.length === 6 ? `20${en_carte}` : en_carte); // without its century: 2000 had a 29 February
  return { en_carte, date: date(en_carte), lunaire: en_carte !== '' && possible === null };
}

/** The key is 97 less the rest of the number divided by 97, where Corsica's 2A and 2B stand for 19 and 18. */
function nirIsValid(nir, key) {
  if (!/^\d{5}(\d\d|2A|2B)\d{6}$/.test(nir) || !/^\d\d$/.test(key)) return false;
  return 97 - (Number(nir.replace('2A', '19').replace('2B', '18')) % 97) === Number(key);
}

const QUALITES = ['Assuré', 'Ascendant, descendant ou collatéral', 'Conjoint', 'Conjoint divorcé', 'Concubin', 'Conjoint séparé',
  'Enfant', 'Bénéficiaire hors article 313', 'Conjoint veuf', 'Autre ayant droit'];
const REGIMES = { '01': 'Régime général', '02': 'Régime agricole (MSA)', '03': 'Travailleurs indépendants', '04': 'SNCF',
  '05': 'RATP', '06': 'Marins (ENIM)', '07': 'Régime minier', '08': 'Militaires (CNMSS)', '09': 'Banque de France',
  10: 'Clercs et employés de notaires (CRPCEN)', 12: "Chambre de commerce et d'industrie de Paris", 14: 'Assemblée nationale',
  15: 'Sénat', 16: 'Port autonome de Bordeaux', 17: "Français de l'étranger (CFE)", 80: 'Anciens combattants', 82: 'Monaco',
  90: 'Cultes (CAVIMAC)', 91: "Mutuelle de l'Éducation nationale (MGEN)", 92: 'Mutuelle générale (MG)',
  93: 'Mutuelle de la police (MGP)', 94: 'Mutuelles de la fonction publique (MFP)', 95: 'Mutuelle des hospitaliers (MNH)',
  96: "Mutuelle de l'aviation et de la marine (MNAM)", 99: 'Autres sections locales mutualistes' };

serve(PRODUCT, read);
