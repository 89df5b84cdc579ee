// A reader of the free data of a carte Vitale, in C++17 over winscard, connected to vitale-testbed:
//
//     g++ -std=c++17 -I/usr/include/PCSC examples/cpp/reader.cpp -lpcsclite -o reader
//     vitale certify --product "exec:./reader" --reader pcsc
//
// Written from the documentation alone: docs/cards/vitale2.md (files of the card) and docs/card-object.md (the answer). To
// connect a reader you already have, keep part 1 and call yours from it.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>

#include "vitale_adapter.hpp"

using vitale::Bytes;
using vitale::CardReader;
using vitale::json;
using vitale::Refusal;

using Record = std::map<std::string, std::string>; // the texts of a record, in Latin-1, by the name of the field
using Records = std::map<std::string, std::vector<Record>>; // the records of each file

struct Card {
    Records records;
    json anomalies = json::array();

    void say(const std::string& file, const json& offset, const std::string& reason)
    {
        anomalies.push_back({{"fichier", file}, {"offset", offset}, {"raison", reason}});
    }
};

Card read_files(CardReader& reader);
json card_object(const Bytes& atr, const Card& card, const std::string& on);

// ---- 1. The adapter. ---------------------------------------------------------------------------------------------------------

int main()
{
    const json product = {{"name", "C++ example"}, {"version", "1.0"}, {"vendor", "vitale-testbed"}, {"language", "C++"},
                          {"capabilities", json::array()}};
    return vitale::serve(product, [](const json& message) {
        CardReader reader(message.at("vitale")); // a new connection for each reading: nothing is remembered
        const Bytes atr = reader.atr();
        return card_object(atr, read_files(reader), message.at("on"));
    });
}

// ---- 2. The files of the card. -----------------------------------------------------------------------------------------------

const Bytes VITALE = {0xD2, 0x50, 0x00, 0x00, 0x02, 0x56, 0x49, 0x54, 0x41, 0x4C, 0x45}; // the application
const Bytes POINTERS = {0x20, 0x01}; // its file that says where the other files are
const std::string INDEX = "index"; // of a record: whose it is, from 1

// What we read: for each file its template, and the names of its fields, whose tags follow one another from 80. The protected
// files are not here: without a professional card they answer 6982.
struct Layout {
    unsigned tag;
    std::vector<std::string> fields;
    bool of_one = false; // of one beneficiary: it begins with 9E, the index
};
const std::vector<std::string> MUTUELLE = {"identification", "garanties", "indicateur_traitement", "type_services", "services_associes",
                                           "aiguillage_sts"};
const std::vector<std::string> AMC = {"numero_b2", "numero_edi", "numero_adherent", "indicateur_traitement", "debut", "fin", "code_routage",
                                      "identifiant_hote", "nom_domaine", "aiguillage_sts", "type_services", "services_associes"};
const std::map<std::string, Layout> LAYOUTS = {
    {"IDENTITE", {0x65, {"nom", "prenom", "naissance"}}},
    {"ASSURE", {0xE1, {"type_carte", "numero_serie", "fin_validite", "ruf1", "ruf2", "ruf_administration", "type_porteur", "nir", "cle_nir",
                       "regime", "caisse", "centre", "code_gestion", "ruf_famille"}}},
    {"SERVAMO", {0xE2, {"code", "debut", "fin"}}},
    {"ACCIDENT", {0xE3, {"organisme1", "code_gestion1", "identifiant1", "organisme2", "code_gestion2", "identifiant2", "organisme3",
                         "code_gestion3", "identifiant3"}}},
    {"BENEFIC", {0xE4, {"nom_usuel", "nom_patronymique", "prenom", "adresse1", "adresse2", "adresse3", "adresse4", "adresse5",
                        "nir_certifie", "cle_nir_certifie", "date_certification", "date_naissance", "rang_naissance", "qualite",
                        "code_service_amo", "debut_service_amo", "fin_service_amo", "ruf"}, true}},
    {"DROITS", {0xE5, {"debut", "fin"}, true}},
    {"MUTUELLE", {0xE7, MUTUELLE, true}},
    {"PERMUTU", {0xE8, {"debut", "fin"}, true}},
    {"AMC", {0xE9, AMC, true}},
    {"COMMUNE", {0xEB, {"contenu"}}},
    {"CARTE", {0x66, {"debut_validite"}}},
};

/// `offset` is where in the file, nothing when the card gave no content.
struct Malformed : std::runtime_error {
    explicit Malformed(const std::string& reason, std::optional<std::size_t> offset_ = {}) : std::runtime_error(reason), offset(offset_) {}
    std::optional<std::size_t> offset;
};

struct Object {
    unsigned tag;
    std::size_t at, start; // where it begins in the file, and where its value does
    Bytes value;
};

/// BER-TLV: the data objects of `bytes`, one level deep; `start` is where `bytes` begins in its file.
std::vector<Object> parse_tlv(const Bytes& bytes, std::size_t start = 0)
{
    std::vector<Object> objects;
    std::size_t at = 0;
    const auto next = [&]() -> unsigned {
        if (at >= bytes.size()) throw Malformed("a data object is cut short", start + at);
        return bytes[at++];
    };
    while (at < bytes.size()) {
        const std::size_t begin = start + at;
        unsigned tag = next();
        if (tag == 0x00 || tag == 0xFF) continue; // padding
        if ((tag & 0x1F) == 0x1F) do tag = tag << 8 | next(); while (tag & 0x80); // 7F21, 5F37...
        std::size_t length = next();
        if (length == 0x81) length = next();
        else if (length == 0x82) { length = next() << 8; length |= next(); }
        else if (length >= 0x80) throw Malformed("a length of a form these cards do not use", start + at - 1);
        if (length > bytes.size() - at) throw Malformed("a data object is cut short", start + at);
        objects.push_back({tag, begin, start + at, Bytes(bytes.begin() + at, bytes.begin() + at + length)});
        at += length;
    }
    return objects;
}

/// The records of a file. A field that the card leaves out is an empty text, and an anomaly.
std::vector<Record> decode(const std::string& file, const Bytes& content, Card& card)
{
    const Layout& layout = LAYOUTS.at(file);
    std::map<unsigned, std::string> names;
    for (unsigned i = 0; i < layout.fields.size(); ++i) names[0x80 + i] = layout.fields[i];
    if (file == "IDENTITE") names[0x90] = "nationalite";
    if (layout.of_one) names[0x9E] = INDEX;
    std::vector<Record> records;
    if (content.empty() || (content.size() > 1 && content[0] == 0x04 && content[1] == 0x00)) return records;
    for (const Object& found : parse_tlv(content)) {
        if (found.tag != layout.tag) continue;
        Record record;
        for (const Object& field : parse_tlv(found.value, found.start)) {
            const auto name = names.find(field.tag);
            if (name == names.end()) continue; // tags we do not know are skipped
            std::string text(field.value.begin(), field.value.end());
            if (field.tag == 0x9E) text = std::to_string(field.value.empty() ? 0 : field.value[0]);
            if (!record.emplace(name->second, text).second) card.say(file, field.at, name->second + " stands twice");
        }
        for (const auto& [tag, name] : names)
            if (record.emplace(name, "").second) card.say(file, tag == 0x9E ? found.start : found.at, name + " is missing");
        records.push_back(record);
    }
    return records;
}

/// SELECT: `how` is 04 for an application by its name, 02 for a file of that application. 0C asks for no description.
bool select(CardReader& reader, std::uint8_t how, const Bytes& name)
{
    Bytes command = {0x00, 0xA4, how, 0x0C, static_cast<std::uint8_t>(name.size())};
    command.insert(command.end(), name.begin(), name.end());
    return reader.transmit(command).sw == 0x9000;
}

Bytes read_file(CardReader& reader, const Bytes& fid)
{
    if (!select(reader, 0x02, fid)) throw Malformed("the file is not there");
    for (Bytes content;;) {
        const vitale::Answer answer = reader.transmit(
            {0x00, 0xB0, static_cast<std::uint8_t>(content.size() >> 8), static_cast<std::uint8_t>(content.size()), 0x00});
        if (answer.sw != 0x9000 && answer.sw != 0x6B00) throw Malformed("READ BINARY answers " + std::to_string(answer.sw));
        content.insert(content.end(), answer.data.begin(), answer.data.end());
        // Fewer bytes than asked for are no end: that is 6B00, which comes without data, or as many as 6Cxx said are left.
        if (answer.data.empty() || answer.data.size() == answer.told || content.size() > 0x7FFF) return content;
    }
}

struct File {
    std::string name;
    Bytes aid, fid;
};

/// POINTERS gives each application a number, and each file the number of its application: join the two.
std::vector<File> read_pointers(CardReader& reader)
{
    try {
        const auto number = [](const Object& object, std::size_t at) {
            if (object.value.size() < at + 2) throw Malformed("an entry is cut short", object.start);
            return object.value[at] << 8 | object.value[at + 1];
        };
        std::map<int, Bytes> aids;
        std::vector<File> files;
        const std::vector<Object> all = parse_tlv(read_file(reader, POINTERS));
        if (all.empty() || all[0].tag != 0xE0) throw Malformed("no template E0");
        const std::vector<Object> entries = parse_tlv(all[0].value, all[0].start);
        for (const Object& entry : entries)
            if (entry.tag == 0xA0)
                for (const Object& one : parse_tlv(entry.value, entry.start))
                    if (number(one, 2) >= 0) aids[number(one, 0)] = Bytes(one.value.begin() + 4, one.value.end());
        for (const Object& entry : entries) {
            if (entry.tag != 0x80) continue;
            number(entry, 10); // twelve bytes or more
            std::string name(entry.value.begin(), entry.value.begin() + 8);
            name.erase(name.find_last_not_of(' ') + 1);
            files.push_back({name, aids[number(entry, 8)], Bytes(entry.value.begin() + 10, entry.value.begin() + 12)});
        }
        return files;
    } catch (const Malformed& error) { // without it nothing is found
        throw Refusal("card_data_invalid", std::string("POINTERS cannot be understood: ") + error.what());
    }
}

/// The records of the files above. A file that cannot be understood is an anomaly; the others are kept.
Card read_files(CardReader& reader)
{
    if (!select(reader, 0x04, VITALE)) throw Refusal("vitale_unknown", "This card is not a Vitale card.");
    Card card;
    for (const auto& [name, layout] : LAYOUTS) card.records[name];
    for (const File& file : read_pointers(reader)) {
        if (!LAYOUTS.count(file.name)) continue;
        try {
            if (file.aid.empty() || !select(reader, 0x04, file.aid)) throw Malformed("its application is not there");
            card.records[file.name] = decode(file.name, read_file(reader, file.fid), card);
        } catch (const Malformed& error) {
            card.say(file.name, error.offset ? json(*error.offset) : json(), error.what());
        }
    }
    return card;
}

// ---- 3. Values: texts, dates, the NIR. ---------------------------------------------------------------------------------------

/// Latin-1 as UTF-8: in JSON, that is. What is above 7F becomes two bytes.
std::string utf8(const std::string& latin1)
{
    std::string text;
    for (const unsigned char c : latin1) {
        if (c < 0x80) text += static_cast<char>(c);
        else (text += static_cast<char>(0xC0 | c >> 6)) += static_cast<char>(0x80 | (c & 0x3F));
    }
    return text;
}

std::string get(const Record& record, const std::string& name)
{
    const auto found = record.find(name);
    return found == record.end() ? "" : found->second;
}

bool is_digits(const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; }
bool is_zero(const std::string& text) { return text.find_first_not_of('0') == std::string::npos; }

/// AAAAMMJJ, with or without hhmm, as AAAA-MM-JJ; "" for no date and for what the calendar does not have.
std::string day(const std::string& text)
{
    if ((text.size() != 8 && text.size() != 12) || !is_digits(text)) return "";
    const int year = std::stoi(text.substr(0, 4)), month = std::stoi(text.substr(4, 2)), day = std::stoi(text.substr(6, 2));
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year == 0 || month < 1 || month > 12) return "";
    const bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day < 1 || day > days[month - 1] + leap) return "";
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
}

json date(const std::string& text)
{
    const std::string found = day(text);
    return found.empty() ? json() : json(found);
}

json period(const Record& record) { return {{"debut", date(get(record, "debut"))}, {"fin", date(get(record, "fin"))}}; }

/// Both days included; zeros are an open end. An impossible date covers nothing.
bool covers(const Record& rights, const std::string& on)
{
    const std::string from = get(rights, "debut"), until = get(rights, "fin"), first = day(from), last = day(until);
    return (is_zero(from) || (!first.empty() && first <= on)) && (is_zero(until) || (!last.empty() && last >= on));
}

/// A birth date stays as the card has it. "Lunar" ones (month 19, day 32...) are those of real people.
json birth(const std::string& text)
{
    std::string on_card = is_zero(text) ? "" : text.substr(0, 8);
    on_card.erase(on_card.find_last_not_of(' ') + 1);
    const std::string possible = day(on_card.size() == 6 ? "20" + on_card : on_card); // without its century: 2000 had a 29 February
    return {{"en_carte", utf8(on_card)}, {"date", date(on_card)}, {"lunaire", !on_card.empty() && possible.empty()}};
}

/// The key is 97 less the rest of the number divided by 97, where Corsica's 2A and 2B stand for 19 and 18.
bool nir_is_valid(std::string nir, const std::string& key)
{
    if (nir.size() != 13 || key.size() != 2 || !is_digits(key)) return false;
    if (nir.substr(5, 2) == "2A") nir.replace(5, 2, "19");
    else if (nir.substr(5, 2) == "2B") nir.replace(5, 2, "18");
    return is_digits(nir) && 97 - std::stoll(nir) % 97 == std::stoi(key);
}

// ---- 4. The card object: docs/card-object.md says where each key comes from. -------------------------------------------------

const std::vector<std::string> QUALITES = {"Assuré", "Ascendant, descendant ou collatéral", "Conjoint", "Conjoint divorcé", "Concubin",
                                           "Conjoint séparé", "Enfant", "Bénéficiaire hors article 313", "Conjoint veuf",
                                           "Autre ayant droit"};
const std::map<std::string, std::string> REGIMES = {
    {"01", "Régime général"}, {"02", "Régime agricole (MSA)"}, {"03", "Travailleurs indépendants"}, {"04", "SNCF"}, {"05", "RATP"},
    {"06", "Marins (ENIM)"}, {"07", "Régime minier"}, {"08", "Militaires (CNMSS)"}, {"09", "Banque de France"},
    {"10", "Clercs et employés de notaires (CRPCEN)"}, {"12", "Chambre de commerce et d'industrie de Paris"}, {"14", "Assemblée nationale"},
    {"15", "Sénat"}, {"16", "Port autonome de Bordeaux"}, {"17", "Français de l'étranger (CFE)"}, {"80", "Anciens combattants"},
    {"82", "Monaco"}, {"90", "Cultes (CAVIMAC)"}, {"91", "Mutuelle de l'Éducation nationale (MGEN)"}, {"92", "Mutuelle générale (MG)"},
    {"93", "Mutuelle de la police (MGP)"}, {"94", "Mutuelles de la fonction publique (MFP)"}, {"95", "Mutuelle des hospitaliers (MNH)"},
    {"96", "Mutuelle de l'aviation et de la marine (MNAM)"}, {"99", "Autres sections locales mutualistes"}};

json texts(const Record& record, const std::vector<std::string>& names)
{
    json object = json::object();
    for (const std::string& name : names) object[name] = utf8(get(record, name));
    return object;
}

std::vector<Record> own(const Records& records, const std::string& file, const std::string& index)
{
    std::vector<Record> found;
    for (const Record& record : records.at(file))
        if (get(record, INDEX) == index) found.push_back(record);
    return found;
}

json beneficiary(const Record& record, const Records& records, const std::string& on)
{
    const std::string index = get(record, INDEX), qualite = get(record, "qualite");
    const std::size_t number = std::strtoul(index.c_str(), nullptr, 10);
    const std::vector<Record>& identities = records.at("IDENTITE"); // it has no index: the first is beneficiary 1
    json one = {{"index", number}};
    one.update(texts(record, {"nom_usuel", "nom_patronymique", "prenom"}));
    one["nationalite"] = number >= 1 && number <= identities.size() ? utf8(get(identities[number - 1], "nationalite")) : "";
    for (int line = 1; line <= 5; ++line) one["adresse"].push_back(utf8(get(record, "adresse" + std::to_string(line))));
    one.update(texts(record, {"nir_certifie", "cle_nir_certifie"}));
    one["date_certification"] = date(get(record, "date_certification"));
    one["naissance"] = birth(get(record, "date_naissance"));
    one.update(texts(record, {"rang_naissance", "qualite"}));
    one["qualite_libelle"] = qualite.size() == 1 && is_digits(qualite) ? json(QUALITES[qualite[0] - '0']) : json();
    one["service_amo"] = {{"code", utf8(get(record, "code_service_amo"))},
                          {"debut", date(get(record, "debut_service_amo"))},
                          {"fin", date(get(record, "fin_service_amo"))}};
    one["droits"] = json::array();
    one["droits_ouverts"] = false;
    for (const Record& rights : own(records, "DROITS", index)) {
        one["droits"].push_back(period(rights));
        if (covers(rights, on)) one["droits_ouverts"] = true;
    }
    one["mutuelle"] = nullptr;
    for (const Record& mutuelle : own(records, "MUTUELLE", index)) {
        one["mutuelle"] = texts(mutuelle, MUTUELLE);
        one["mutuelle"]["periodes"] = json::array();
        for (const Record& permutu : own(records, "PERMUTU", index)) one["mutuelle"]["periodes"].push_back(period(permutu));
        one["mutuelle"]["geree_par_amo"] = get(mutuelle, "identification") == "99999997";
        break;
    }
    one["amc"] = nullptr;
    for (const Record& amc : own(records, "AMC", index)) {
        one["amc"] = texts(amc, AMC);
        one["amc"].update(period(amc));
        break;
    }
    one["couvertures"] = one["exoneration"] = one["maternite"] = nullptr;
    return one;
}

json card_object(const Bytes& atr, const Card& card, const std::string& on)
{
    const auto first = [&](const std::string& file) { return card.records.at(file).empty() ? Record() : card.records.at(file)[0]; };
    const Record assure = first("ASSURE"), service = first("SERVAMO"), accident = first("ACCIDENT");
    const std::string regime = get(assure, "regime");
    const bool mayotte = regime == "01" && get(assure, "caisse") == "976"; // it has no régime of its own
    std::string hexadecimal;
    for (const std::uint8_t byte : atr) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02X", byte);
        hexadecimal += digits;
    }

    json object = {{"schema", "vitale-card/1"}, {"api", "4.10"}, {"on", on}}; // the only rules it knows; the day asked for, never today
    object["vitale"] = {{"profile", "vitale2"}, {"atr", hexadecimal}};
    object["vitale"].update(texts(assure, {"numero_serie", "type_carte"}));
    object["vitale"]["debut_validite"] = date(get(first("CARTE"), "debut_validite"));
    object["vitale"]["fin_validite"] = date(get(assure, "fin_validite"));

    object["assure"] = {{"nir", utf8(get(assure, "nir"))}, {"cle", utf8(get(assure, "cle_nir"))},
                        {"nir_valide", nir_is_valid(get(assure, "nir"), get(assure, "cle_nir"))}};
    object["assure"].update(texts(assure, {"regime", "caisse", "centre", "code_gestion"}));
    const auto label = REGIMES.find(regime);
    object["assure"]["regime_libelle"] = mayotte ? json("Régime général - Mayotte") : label == REGIMES.end() ? json() : json(label->second);
    object["assure"]["regime_particulier"] = mayotte ? json("mayotte") : json();

    object["service_amo"] = {{"code", card.records.at("SERVAMO").empty() ? "00" : utf8(get(service, "code"))}};
    object["service_amo"].update(period(service));
    object["accidents"] = json::array();
    for (const std::string n : {"1", "2", "3"}) {
        const std::string body = get(accident, "organisme" + n), code = get(accident, "code_gestion" + n), id = get(accident, "identifiant" + n);
        if (!(body + code + id).empty())
            object["accidents"].push_back({{"organisme", utf8(body)}, {"code_gestion", utf8(code)}, {"identifiant", utf8(id)}});
    }
    object["zone_commune"] = card.records.at("COMMUNE").empty() ? json() : json(utf8(get(first("COMMUNE"), "contenu")));
    object["beneficiaires"] = json::array();
    for (const Record& record : card.records.at("BENEFIC")) object["beneficiaires"].push_back(beneficiary(record, card.records, on));
    object["professionnel"] = nullptr;
    object["protected"] = { // this program never opens the protected files: it says so, and their three keys are null
        {"status", "withheld"},
        {"code", "cps_absent"},
        {"message", "Ce logiciel ne lit que les données libres de la carte Vitale."},
        {"next_step", "Pour les données protégées, utilisez un logiciel qui lit aussi les cartes CPS, CPF, CPE et CDE."}};
    object["anomalies"] = card.anomalies;
    return object;
}
