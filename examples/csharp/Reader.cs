// A small reader of the carte Vitale in C#, connected to vitale-testbed: who is insured, by which caisse, until when.
//
//     csc Reader.cs /r:System.Runtime.Serialization.dll /r:System.Xml.dll             (Windows: .NET Framework 4.5 or later)
//     vitale certify --product "exec:Reader.exe" --reader socket
//
// One file, C# 5, no package. The first class is the adapter: keep it, and call your product from `Read`. The readers below it
// are for programs that have none of their own for a test: a socket, or winscard.dll (libpcsclite on Linux, under Mono, by
// Reader.exe.config). Written from the documentation alone: docs/adapters.md, docs/cards/vitale2.md, docs/card-object.md.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Threading;
using System.Xml;

using Fields = System.Collections.Generic.Dictionary<string, object>;

/// <summary>What the user must be told; the codes are those of docs/codes.md.</summary>
sealed class Refusal : Exception
{
    public readonly string Code;
    public Refusal(string code, string message) : base(message) { Code = code; }
}

// ---- 1. The messages: one JSON object a line in, one out. Nothing else may go to the standard output. ------------------------

static class Adapter
{
    // `carries` says what this reader reads: it is held to that, and to nothing else.
    static readonly Fields Product = new Fields {
        {"name", "C# example"}, {"version", "1.0"}, {"vendor", "vitale-testbed"}, {"language", "C#"}, {"capabilities", new string[0]},
        {"carries", new[] {
            "assure.nir", "assure.cle", "assure.regime", "assure.caisse", "assure.centre", "assure.code_gestion",
            "beneficiaires", "beneficiaires[*].nom_usuel", "beneficiaires[*].nom_patronymique", "beneficiaires[*].prenom",
            "beneficiaires[*].qualite", "beneficiaires[*].droits", "beneficiaires[*].droits[*].debut", "beneficiaires[*].droits[*].fin",
            "refusal",
        }},
    };

    static int Main()
    {
        var utf8 = new UTF8Encoding(false); // the console's own encoding is another one on Windows
        var input = new StreamReader(Console.OpenStandardInput(), utf8);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true, NewLine = "\n" };
        Console.SetOut(Console.Error); // what a product prints must not get between the answers
        for (string line; (line = input.ReadLine()) != null;)
        {
            XmlElement message = Parse(line);
            string cmd = Text(message, "cmd");
            if (cmd == "stop") return 0;
            output.WriteLine(Json.Write(cmd == "describe" ? Product : cmd == "read" ? Answer(message) : Error("unknown_command", "no such command: " + cmd)));
        }
        return 0;
    }

    static Fields Answer(XmlElement message)
    {
        Fields answer;
        try { answer = new Fields { {"card", VitaleCard.Read(Text(message, "vitale"))}, {"exports", new Fields()} }; }
        catch (Refusal refusal) { answer = Error(refusal.Code, refusal.Message); }
        catch (Exception error) // a bug of ours: the report keeps the end of the standard error
        {
            Console.Error.WriteLine(error);
            answer = Error("internal_error", error.Message);
        }
        answer["id"] = Text(message, "id");
        return answer;
    }

    static Fields Error(string code, string message)
    {
        return new Fields { {"error", new Fields { {"code", code}, {"message", message} }} };
    }

    // The JSON reader of .NET shows an object as XML: an element for each key.
    static XmlElement Parse(string line)
    {
        var document = new XmlDocument();
        try
        {
            using (var reader = JsonReaderWriterFactory.CreateJsonReader(Encoding.UTF8.GetBytes(line), XmlDictionaryReaderQuotas.Max))
                document.Load(reader);
            return document.DocumentElement;
        }
        catch (XmlException) { return new XmlDocument().CreateElement("nothing"); }
    }

    static string Text(XmlElement message, string key)
    {
        XmlElement found = message[key];
        return found == null || found.GetAttribute("type") == "null" ? null : found.InnerText;
    }
}

static class Json
{
    public static string Write(object value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    static void Append(StringBuilder text, object value)
    {
        if (value == null) text.Append("null");
        else if (value is string) AppendString(text, (string)value);
        else if (value is Fields)
        {
            string before = "{";
            foreach (KeyValuePair<string, object> field in (Fields)value)
            {
                text.Append(before);
                AppendString(text, field.Key);
                Append(text.Append(':'), field.Value);
                before = ",";
            }
            text.Append(before == "{" ? "{}" : "}");
        }
        else if (value is IEnumerable)
        {
            string before = "[";
            foreach (object one in (IEnumerable)value)
            {
                Append(text.Append(before), one);
                before = ",";
            }
            text.Append(before == "[" ? "[]" : "]");
        }
        else throw new ArgumentException("no JSON for " + value.GetType());
    }

    static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
            if (c == '"' || c == '\\') text.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c)) text.Append("\\u").Append(((int)c).ToString("x4"));
            else text.Append(c);
        text.Append('"');
    }
}

// ---- 2. The card: POINTERS of the application VITALE says where its files are. -----------------------------------------------

static class VitaleCard
{
    static readonly byte[] Vitale = { 0xD2, 0x50, 0x00, 0x00, 0x02, 0x56, 0x49, 0x54, 0x41, 0x4C, 0x45 };
    static readonly byte[] Pointers = { 0x20, 0x01 };
    const int Index = 0x9E; // whose record it is

    public static Fields Read(string address)
    {
        using (CardReader reader = CardReader.Open(address))
        {
            if (!reader.PowerOn()) throw new Refusal("vitale_absent", "There is no Vitale card in the reader.");
            if (!Select(reader, 0x04, Vitale)) throw new Refusal("vitale_unknown", "This card is not a Vitale card.");
            try { return CardObject(reader); }
            catch (FormatException error) { throw new Refusal("card_data_invalid", error.Message); }
        }
    }

    static Fields CardObject(CardReader reader)
    {
        Dictionary<string, byte[]> places = Places(reader);
        List<Dictionary<int, byte[]>> assure = Records(reader, places, "ASSURE", 0xE1), droits = Records(reader, places, "DROITS", 0xE5);
        if (assure.Count == 0) throw new FormatException("ASSURE has no record");
        var beneficiaires = new List<Fields>();
        foreach (Dictionary<int, byte[]> one in Records(reader, places, "BENEFIC", 0xE4))
        {
            var periods = new List<Fields>();
            foreach (Dictionary<int, byte[]> period in droits)
                if (Latin1(period, Index) == Latin1(one, Index))
                    periods.Add(new Fields { {"debut", Day(Latin1(period, 0x80))}, {"fin", Day(Latin1(period, 0x81))} });
            beneficiaires.Add(new Fields {
                {"nom_usuel", Latin1(one, 0x80)}, {"nom_patronymique", Latin1(one, 0x81)}, {"prenom", Latin1(one, 0x82)},
                {"qualite", Latin1(one, 0x8D)}, {"droits", periods},
            });
        }
        return new Fields {
            {"assure", new Fields {
                {"nir", Latin1(assure[0], 0x87)}, {"cle", Latin1(assure[0], 0x88)}, {"regime", Latin1(assure[0], 0x89)},
                {"caisse", Latin1(assure[0], 0x8A)}, {"centre", Latin1(assure[0], 0x8B)}, {"code_gestion", Latin1(assure[0], 0x8C)},
            }},
            {"beneficiaires", beneficiaires},
            {"protected", new Fields { {"status", "withheld"}, {"code", "cps_absent"} }}, // it never opens the protected files
        };
    }

    static Dictionary<string, byte[]> Places(CardReader reader)
    {
        var places = new Dictionary<string, byte[]>();
        foreach (KeyValuePair<int, byte[]> template in Objects(ReadFile(reader, Pointers)))
            if (template.Key == 0xE0)
                foreach (KeyValuePair<int, byte[]> entry in Objects(template.Value))
                    if (entry.Key == 0x80 && entry.Value.Length >= 12)
                        places[Encoding.ASCII.GetString(entry.Value, 0, 8).TrimEnd()] = new[] { entry.Value[10], entry.Value[11] };
        return places;
    }

    static List<Dictionary<int, byte[]>> Records(CardReader reader, Dictionary<string, byte[]> places, string name, int tag)
    {
        byte[] fid;
        var records = new List<Dictionary<int, byte[]>>();
        if (!places.TryGetValue(name, out fid)) return records; // a file that is not named has no records
        byte[] content = ReadFile(reader, fid);
        if (content.Length > 1 && content[0] == 0x04 && content[1] == 0x00) return records; // no record
        foreach (KeyValuePair<int, byte[]> template in Objects(content))
        {
            if (template.Key != tag) continue;
            var record = new Dictionary<int, byte[]>();
            foreach (KeyValuePair<int, byte[]> field in Objects(template.Value)) record[field.Key] = field.Value;
            records.Add(record);
        }
        return records;
    }

    // A card that leaves out a field is refused: there is no place here to say so beside the rest. 28591 is ISO-8859-1.
    static string Latin1(Dictionary<int, byte[]> record, int tag)
    {
        byte[] value;
        if (!record.TryGetValue(tag, out value)) throw new FormatException("a record has no field " + tag.ToString("X2"));
        return Encoding.GetEncoding(28591).GetString(value);
    }

    // AAAAMMJJhhmm as AAAA-MM-JJ; null for no date, and for one that the calendar does not have.
    static string Day(string text)
    {
        DateTime day;
        bool found = text.Length >= 8
            && DateTime.TryParseExact(text.Substring(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
        return found ? text.Substring(0, 4) + "-" + text.Substring(4, 2) + "-" + text.Substring(6, 2) : null;
    }

    static bool Select(CardReader reader, byte how, byte[] name)
    {
        var command = new List<byte> { 0x00, 0xA4, how, 0x0C, (byte)name.Length };
        command.AddRange(name);
        int sw;
        reader.Transmit(command.ToArray(), out sw);
        return sw == 0x9000;
    }

    static byte[] ReadFile(CardReader reader, byte[] fid)
    {
        if (!Select(reader, 0x02, fid)) throw new FormatException("the file " + BitConverter.ToString(fid) + " is not there");
        for (var content = new List<byte>(); ;)
        {
            int sw;
            var command = new byte[] { 0x00, 0xB0, (byte)(content.Count >> 8), (byte)content.Count, 0x00 };
            byte[] piece = reader.Transmit(command, out sw);
            if (sw != 0x9000 && sw != 0x6B00) throw new FormatException("READ BINARY answers " + sw.ToString("X4"));
            content.AddRange(piece);
            // Fewer bytes than asked for are no end: that is 6B00, without data, or as many as 6Cxx said are left, now the Le.
            if (piece.Length == 0 || piece.Length == command[4] || content.Count > 0x7FFF) return content.ToArray();
        }
    }

    // BER-TLV, one level deep.
    static List<KeyValuePair<int, byte[]>> Objects(byte[] content)
    {
        var found = new List<KeyValuePair<int, byte[]>>();
        for (int at = 0; at < content.Length;)
        {
            int tag = content[at++];
            if (tag == 0x00 || tag == 0xFF) continue; // padding
            if ((tag & 0x1F) == 0x1F) do tag = tag << 8 | Byte(content, at++); while ((tag & 0x80) != 0); // 7F21, 5F37...
            int length = Byte(content, at++);
            if (length == 0x81) length = Byte(content, at++);
            else if (length == 0x82) length = Byte(content, at++) << 8 | Byte(content, at++);
            else if (length >= 0x80) throw new FormatException("a length of a form these cards do not use");
            if (length > content.Length - at) throw new FormatException("a data object is cut short");
            var value = new byte[length];
            Array.Copy(content, at, value, 0, length);
            found.Add(new KeyValuePair<int, byte[]>(tag, value));
            at += length;
        }
        return found;
    }

    static int Byte(byte[] content, int at)
    {
        if (at >= content.Length) throw new FormatException("a data object is cut short");
        return content[at];
    }
}

// ---- 3. The readers. ---------------------------------------------------------------------------------------------------------

/// <summary>A reader `socket:HOST:PORT` or `pcsc:NAME`.</summary>
abstract class CardReader : IDisposable
{
    public static CardReader Open(string address)
    {
        if (address != null && address.StartsWith("socket:", StringComparison.Ordinal)) return new SocketReader(address.Substring(7));
        if (address != null && address.StartsWith("pcsc:", StringComparison.Ordinal)) return new PcscReader(address.Substring(5));
        throw new Refusal("reader_unavailable", "no such kind of reader: " + address);
    }

    /// <summary>Switches the card on, which forgets what was selected before; false when there is none.</summary>
    public abstract bool PowerOn();
    protected abstract byte[] Exchange(byte[] command);
    protected abstract bool IsStillThere();
    public abstract void Dispose();

    /// <summary>One command to the card and its answer, after the detours of T=0.</summary>
    public byte[] Transmit(byte[] command, out int sw)
    {
        var data = new List<byte>();
        for (int detours = 0; detours < 300; detours++) // 256 bytes may come one at a time
        {
            byte[] response = Exchange(command);
            if (response.Length < 2)
            {
                if (!IsStillThere()) throw new Refusal("vitale_removed", "The card was taken out.");
                break;
            }
            byte sw1 = response[response.Length - 2], sw2 = response[response.Length - 1];
            Array.Resize(ref response, response.Length - 2);
            data.AddRange(response); // an answer may come in pieces
            if (sw1 == 0x6C) command[command.Length - 1] = sw2; // wrong Le: sw2 is the right one
            else if (sw1 == 0x61) command = new byte[] { 0x00, 0xC0, 0x00, 0x00, sw2 }; // sw2 bytes wait: GET RESPONSE
            else
            {
                sw = sw1 << 8 | sw2;
                return data.ToArray();
            }
        }
        throw new Refusal("vitale_mute", "The card does not answer.");
    }
}

/// <summary>A message is a length (2 bytes, big-endian) and that many bytes, both ways: docs/adapters.md.</summary>
sealed class SocketReader : CardReader
{
    readonly TcpClient client;

    public SocketReader(string name)
    {
        int colon = name.LastIndexOf(':'), port;
        if (colon < 0 || !int.TryParse(name.Substring(colon + 1), out port)) throw new Refusal("reader_unavailable", "no such reader: socket:" + name);
        try { client = new TcpClient(name.Substring(0, colon), port) { NoDelay = true, ReceiveTimeout = 10000 }; }
        catch (SocketException error) { throw new Refusal("reader_unavailable", "the card reader: " + error.Message); }
    }

    public override bool PowerOn()
    {
        Send(new byte[] { 0x01 });
        return IsStillThere();
    }

    protected override bool IsStillThere() { return Exchange(new byte[] { 0x04 }).Length > 0; } // the ATR, empty when there is no card

    protected override byte[] Exchange(byte[] command)
    {
        Send(command);
        byte[] length = Take(2);
        return Take(length[0] << 8 | length[1]);
    }

    public override void Dispose() { client.Close(); } // which is power off

    void Send(byte[] message)
    {
        var framed = new byte[message.Length + 2];
        framed[0] = (byte)(message.Length >> 8);
        framed[1] = (byte)message.Length;
        message.CopyTo(framed, 2);
        try { client.GetStream().Write(framed, 0, framed.Length); }
        catch (IOException error) { throw new Refusal("reader_unavailable", "the card reader: " + error.Message); }
    }

    // Exactly `count` bytes: TCP may deliver a message in several pieces.
    byte[] Take(int count)
    {
        var bytes = new byte[count];
        for (int taken = 0, piece; taken < count; taken += piece)
        {
            try { piece = client.GetStream().Read(bytes, taken, count - taken); }
            catch (IOException error) { throw new Refusal("reader_unavailable", "the card reader: " + error.Message); }
            if (piece == 0) throw new Refusal("reader_unavailable", "the card reader closed the connection");
        }
        return bytes;
    }
}

/// <summary>A slot of the system's PC/SC service.</summary>
sealed class PcscReader : CardReader
{
    // A DWORD has 4 bytes on Windows and those of a pointer in libpcsclite on Linux: UIntPtr holds both, and starts as 0.
    // SCardConnect is SCardConnectA on Windows; .NET looks for either name.
    [DllImport("winscard.dll")]
    static extern int SCardEstablishContext(UIntPtr scope, IntPtr reserved1, IntPtr reserved2, ref UIntPtr context);
    [DllImport("winscard.dll")]
    static extern int SCardReleaseContext(UIntPtr context);
    [DllImport("winscard.dll", CharSet = CharSet.Ansi)]
    static extern int SCardConnect(UIntPtr context, string reader, UIntPtr share, UIntPtr protocols, ref UIntPtr card, ref UIntPtr protocol);
    [DllImport("winscard.dll")]
    static extern int SCardDisconnect(UIntPtr card, UIntPtr disposition);
    [DllImport("winscard.dll")]
    static extern int SCardTransmit(UIntPtr card, byte[] sendPci, byte[] send, UIntPtr sendLength, IntPtr recvPci, byte[] recv, ref UIntPtr recvLength);

    static readonly UIntPtr User = UIntPtr.Zero, Shared = new UIntPtr(2), T0OrT1 = new UIntPtr(3), Unpower = new UIntPtr(2);
    const int NoSmartcard = unchecked((int)0x8010000C), Removed = unchecked((int)0x80100069);
    const int Unresponsive = unchecked((int)0x80100066), Unpowered = unchecked((int)0x80100067);

    readonly string name;
    UIntPtr context, card, protocol;

    public PcscReader(string name)
    {
        this.name = name;
        int error;
        try { error = SCardEstablishContext(User, IntPtr.Zero, IntPtr.Zero, ref context); }
        catch (DllNotFoundException missing) { throw new Refusal("reader_unavailable", "no PC/SC library: " + missing.Message); }
        if (error != 0) throw new Refusal("reader_unavailable", "PC/SC does not answer: 0x" + error.ToString("X8"));
    }

    public override bool PowerOn()
    {
        int error = SCardConnect(context, name, Shared, T0OrT1, ref card, ref protocol);
        if (error == NoSmartcard || error == Removed) return false;
        if (error == Unresponsive || error == Unpowered) throw new Refusal("vitale_mute", "The card does not answer.");
        if (error != 0) throw new Refusal("reader_unavailable", name + ": 0x" + error.ToString("X8"));
        return true;
    }

    protected override byte[] Exchange(byte[] command)
    {
        var response = new byte[258];
        var length = new UIntPtr((uint)response.Length);
        if (SCardTransmit(card, Pci(), command, new UIntPtr((uint)command.Length), IntPtr.Zero, response, ref length) != 0) return new byte[0];
        Array.Resize(ref response, (int)length.ToUInt32());
        return response;
    }

    // SCARD_IO_REQUEST: the protocol and the length of the structure, two DWORDs.
    byte[] Pci()
    {
        bool windows = Environment.OSVersion.Platform == PlatformID.Win32NT;
        byte[] pci = new byte[windows ? 8 : 2 * IntPtr.Size];
        pci[0] = (byte)protocol.ToUInt32();
        pci[pci.Length / 2] = (byte)pci.Length;
        return pci;
    }

    // A reader needs up to 400 ms to see that its card has gone; one that is only silent can be connected to again.
    protected override bool IsStillThere()
    {
        for (int waits = 0; waits < 10; waits++)
        {
            SCardDisconnect(card, Unpower);
            card = UIntPtr.Zero;
            if (!PowerOn()) return false;
            Thread.Sleep(100);
        }
        return true;
    }

    public override void Dispose()
    {
        if (card != UIntPtr.Zero) SCardDisconnect(card, Unpower);
        SCardReleaseContext(context);
    }
}
