// Reads the holders of a carte Vitale with javax.smartcardio, the PC/SC of every JDK: java VitaleClient.java "READER NAME"
//
// Java's channel follows 61xx (GET RESPONSE) and 6Cxx by itself.
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import javax.smartcardio.Card;
import javax.smartcardio.CardChannel;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.CommandAPDU;
import javax.smartcardio.ResponseAPDU;
import javax.smartcardio.TerminalFactory;

public class VitaleClient {
    private static final byte[] VITALE = HexFormat.of().parseHex("D250000002564954414C45");
    private static CardChannel channel;

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        CardTerminal terminal = TerminalFactory.getDefault().terminals().getTerminal(arguments[0]);
        Card card = terminal.connect("*");
        channel = card.getBasicChannel();
        out.println("atr " + HexFormat.of().withUpperCase().formatHex(card.getATR().getBytes()));
        select(0x00, new byte[] {0x3F, 0x00});
        select(0x02, new byte[] {(byte) 0xD0, 0x01});
        List<TreeMap<Integer, String>> holders = templates(read());
        select(0x04, VITALE);
        select(0x02, new byte[] {0x20, 0x02});
        List<TreeMap<Integer, String>> numbers = templates(read());
        for (int i = 0; i < holders.size(); i++) {
            TreeMap<Integer, String> holder = holders.get(i);
            out.println(String.join("|", "holder " + holder.get(0x80).strip(), holder.get(0x81).strip(), holder.get(0x82),
                numbers.get(i).get(0x93)));
        }
        select(0x02, new byte[] {0x20, 0x15});
        out.printf("protected %04X%n", channel.transmit(new CommandAPDU(0x00, 0xB0, 0, 0, 256)).getSW());
        card.disconnect(false);
    }

    private static void select(int how, byte[] name) throws CardException {
        ResponseAPDU response = channel.transmit(new CommandAPDU(0x00, 0xA4, how, 0x0C, name));
        if (response.getSW() != 0x9000) throw new CardException(String.format("SELECT: %04X", response.getSW()));
    }

    private static byte[] read() throws CardException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            int at = content.size();
            ResponseAPDU response = channel.transmit(new CommandAPDU(0x00, 0xB0, at >> 8, at & 0xFF, 256));
            if (response.getSW() != 0x9000 && response.getSW() != 0x6B00)
                throw new CardException(String.format("READ BINARY: %04X", response.getSW()));
            content.writeBytes(response.getData());
            if (response.getData().length < 256) return content.toByteArray();
        }
    }

    /** The templates 65, up to the zeros that fill the file; every length here is one byte. */
    private static List<TreeMap<Integer, String>> templates(byte[] content) {
        List<TreeMap<Integer, String>> found = new ArrayList<>();
        for (int at = 0; at < content.length && content[at] == 0x65; ) {
            int end = at + 2 + (content[at + 1] & 0xFF);
            TreeMap<Integer, String> fields = new TreeMap<>();
            for (at += 2; at < end; at += 2 + (content[at + 1] & 0xFF))
                fields.put(content[at] & 0xFF, new String(content, at + 2, content[at + 1] & 0xFF, StandardCharsets.ISO_8859_1));
            found.add(fields);
        }
        return found;
    }
}
