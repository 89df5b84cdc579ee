// Connects a card reader written in C++ to vitale-testbed. One header to copy: C++17, nlohmann/json, and winscard.
//
//     #include "vitale_adapter.hpp"
//
//     int main()
//     {
//         return vitale::serve({{"name", "My reader"}, {"version", "1.0"}, {"capabilities", vitale::json::array()}},
//                              [](const vitale::json& message) -> vitale::json { return card_object; });
//     }
//
// `serve` is the whole adapter. `CardReader` is for programs that have no class of their own around SCardConnect and SCardTransmit.
// Written from the documentation alone: docs/adapters.md and docs/pcsc.md.
#pragma once

#ifdef _WIN32
#undef UNICODE // names of readers are `char` here
#define NOMINMAX
#include <windows.h>
#endif
#include <winscard.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace vitale {

using json = nlohmann::ordered_json;
using Bytes = std::vector<std::uint8_t>;

/// What the user must be told; the codes are those of docs/codes.md.
struct Refusal : std::runtime_error {
    Refusal(std::string code_, const std::string& message) : std::runtime_error(message), code(std::move(code_)) {}
    std::string code;
};

// ---- The messages: one JSON object a line in, one out. Nothing else may go to std::cout; std::cerr is free. ------------------

/// Answers until the run is over; returns the exit code of the program. `product` is the answer to `describe`. `read` gets the
/// message of a reading and returns its card object; it throws a Refusal to say no.
inline int serve(const json& product, const std::function<json(const json&)>& read)
{
    for (std::string line; std::getline(std::cin, line);) {
        const json parsed = json::parse(line, nullptr, false); // no exception: what is no JSON is discarded
        const json message = parsed.is_object() ? parsed : json::object();
        const json cmd = message.value("cmd", json());
        json answer;
        if (cmd == "stop") return 0;
        if (cmd == "describe") {
            answer = product;
        } else if (cmd == "read") {
            answer["id"] = message.value("id", json());
            try {
                answer["card"] = read(message);
                answer["exports"] = json::object();
            } catch (const Refusal& refusal) {
                answer["error"] = {{"code", refusal.code}, {"message", refusal.what()}};
            } catch (const std::exception& error) { // a bug of ours: the report keeps the end of std::cerr
                std::cerr << error.what() << std::endl;
                answer["error"] = {{"code", "internal_error"}, {"message", error.what()}};
            }
        } else {
            answer["error"] = {{"code", "unknown_command"}, {"message", "no such command: " + cmd.dump()}};
        }
        std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl; // std::endl flushes
    }
    return 0;
}

// ---- The card reader: winscard, which is winscard.dll on Windows and libpcsclite elsewhere. ----------------------------------

/// An answer of the card, without the detours of T=0.
struct Answer {
    Bytes data;
    unsigned sw;
    std::size_t told; // how many bytes were left, where 6Cxx said so; else 0
};

/// A reader `pcsc:NAME` with a card in it, switched on. `slot` is `vitale` or `cps`: whose codes it refuses with.
class CardReader {
public:
    explicit CardReader(const std::string& address, std::string slot = "vitale") : slot_(std::move(slot))
    {
        if (address.rfind("pcsc:", 0) != 0)
            throw Refusal("reader_unavailable", "this program only knows PC/SC readers, not " + address + ": use --reader pcsc");
        name_ = address.substr(5);
        if (const LONG error = SCardEstablishContext(SCARD_SCOPE_USER, nullptr, nullptr, &context_))
            throw Refusal("reader_unavailable", "PC/SC does not answer: " + text(error));
        try {
            connect();
        } catch (...) {
            SCardReleaseContext(context_);
            throw;
        }
    }

    ~CardReader()
    {
        SCardDisconnect(card_, SCARD_UNPOWER_CARD); // the next reading begins with a card that remembers nothing
        SCardReleaseContext(context_);
    }

    CardReader(const CardReader&) = delete;
    CardReader& operator=(const CardReader&) = delete;

    Bytes atr()
    {
        char name[256];
        DWORD name_length = sizeof name, state = 0, protocol = 0;
        Bytes atr(33);
        DWORD atr_length = static_cast<DWORD>(atr.size());
        if (const LONG error = SCardStatus(card_, name, &name_length, &state, &protocol, atr.data(), &atr_length))
            lost(error);
        atr.resize(atr_length);
        return atr;
    }

    /// One command to the card and its answer, after the detours of T=0.
    Answer transmit(Bytes command)
    {
        Bytes data;
        std::size_t told = 0;
        for (int detours = 0; detours < 300; ++detours) { // 256 bytes may come one at a time
            Bytes response = exchange(command);
            const std::uint8_t sw1 = response[response.size() - 2], sw2 = response.back();
            data.insert(data.end(), response.begin(), response.end() - 2); // an answer may come in pieces
            if (sw1 == 0x6C) told = command.back() = sw2; // wrong Le: sw2 is the right one
            else if (sw1 == 0x61) command = {0x00, 0xC0, 0x00, 0x00, sw2}; // sw2 bytes wait: GET RESPONSE
            else return {std::move(data), sw1 * 256u + sw2, told};
        }
        throw Refusal(slot_ + "_mute", "The card does not come to an end.");
    }

private:
    void connect()
    {
        const LONG error = SCardConnect(context_, name_.c_str(), SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card_, &protocol_);
        if (is_gone(error)) throw Refusal(slot_ + "_absent", "There is no card in the reader.");
        if (error == SCARD_W_UNRESPONSIVE_CARD || error == SCARD_W_UNPOWERED_CARD)
            throw Refusal(slot_ + "_mute", "The card does not answer.");
        if (error) throw Refusal("reader_unavailable", name_ + ": " + text(error));
    }

    Bytes exchange(const Bytes& command)
    {
        Bytes response(258);
        DWORD length = static_cast<DWORD>(response.size());
        const LONG error = SCardTransmit(card_, protocol_ == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0, command.data(),
                                         static_cast<DWORD>(command.size()), nullptr, response.data(), &length);
        if (error || length < 2) lost(error); // a card that leaves while it answers: success, with 0 bytes
        response.resize(length);
        return response;
    }

    /// The card was taken out, or it is there and silent: the reader says which, within the time it takes to look (400 ms).
    [[noreturn]] void lost(LONG error)
    {
        SCARD_READERSTATE reader{};
        reader.szReader = name_.c_str();
        reader.dwCurrentState = SCARD_STATE_PRESENT | SCARD_STATE_INUSE;
        for (int waits = 0; waits < 5; ++waits) {
            if (is_gone(error) || (reader.dwEventState & SCARD_STATE_EMPTY))
                throw Refusal(slot_ + "_removed", "The card was taken out.");
            if (SCardGetStatusChange(context_, 200, &reader, 1) == SCARD_S_SUCCESS)
                reader.dwCurrentState = reader.dwEventState & ~static_cast<DWORD>(SCARD_STATE_CHANGED);
        }
        if (error == SCARD_S_SUCCESS) throw Refusal(slot_ + "_mute", "The card does not answer.");
        throw Refusal("reader_unavailable", name_ + ": " + text(error));
    }

    static bool is_gone(LONG error)
    {
        return error == static_cast<LONG>(SCARD_E_NO_SMARTCARD) || error == static_cast<LONG>(SCARD_W_REMOVED_CARD);
    }

    static std::string text(LONG error)
    {
        char hexadecimal[16];
        std::snprintf(hexadecimal, sizeof hexadecimal, "0x%08lX", static_cast<unsigned long>(error) & 0xFFFFFFFFul);
        return hexadecimal;
    }

    std::string slot_, name_;
    SCARDCONTEXT context_ = 0;
    SCARDHANDLE card_ = 0;
    DWORD protocol_ = 0;
};

} // namespace vitale
