package io.muster.extract.http;

import io.muster.extract.record.MemberPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Pages of one JSON object a line. A line that is none is refused by itself; the last one, when no line end follows it,
 * may be cut off, so that the page is asked for again.
 *
 * @param bound how many characters a record may have
 */
record JsonLinePages(int bound) implements Pages {

    @Override
    public Content check(Path page, @Nullable MemberPath next) throws IOException, PageBroken {
        long[] records = new long[1];
        lines(page, (line, isWhole) -> {
            records[0]++;
            if (!isWhole && !isComplete(line)) {
                throw new PageBroken("the last line of the answer is cut off");
            }
        });
        return new Content(records[0], null);
    }

    private boolean isComplete(byte[] line) {
        Read read = read(line, JsonPages.parsers(bound));
        return read.record() != null;
    }

    @Override
    public void take(Path page, Taker taker) throws IOException, PageBroken {
        JsonFactory parsers = JsonPages.parsers(bound);
        lines(page, (line, isWhole) -> {
            Read read = read(line, parsers);
            if (read.record() == null) {
                taker.refused(
                        JsonRecord.printable(new String(line, StandardCharsets.UTF_8)), String.valueOf(read.problem()));
            } else {
                JsonPages.hand(read.record(), taker);
            }
        });
    }

    private record Read(
            @Nullable JsonRecord record, @Nullable String problem) {}

    private Read read(byte[] line, JsonFactory parsers) {
        if (line.length > bound) {
            return new Read(null, "RECORD_TOO_LONG The line is longer than %,d bytes.".formatted(bound));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Read(null, "MALFORMED_BYTES The line is not UTF-8.");
        }
        try (JsonParser json = parsers.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            JsonRecord record = JsonRecord.read(json, bound);
            return json.nextToken() == null
                    ? new Read(record, null)
                    : new Read(null, "BROKEN_JSON The line goes on after its JSON object.");
        } catch (JacksonException e) {
            return new Read(null, "BROKEN_JSON The line is no JSON object.");
        }
    }

    /** Takes a line. */
    private interface Lines {

        /** The bytes, one more than the bound at most; not whole where the page ends without a line end. */
        void line(byte[] line, boolean isWhole) throws PageBroken;
    }

    private void lines(Path page, Lines lines) throws IOException, PageBroken {
        try (InputStream in = Files.newInputStream(page)) {
            byte[] buffer = new byte[1 << 16];
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            boolean first = true;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int begin = 0;
                for (int at = 0; at < read; at++) {
                    if (buffer[at] == '\n') {
                        add(line, buffer, begin, at);
                        hand(line, first, true, lines);
                        first = false;
                        begin = at + 1;
                    }
                }
                add(line, buffer, begin, read);
            }
            hand(line, first, false, lines);
        }
    }

    /** One byte more than the bound shows that the line is too long. */
    private void add(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
        int room = bound + 1 - line.size();
        line.write(buffer, from, Math.min(to - from, room));
    }

    private static void hand(ByteArrayOutputStream line, boolean first, boolean isWhole, Lines lines)
            throws PageBroken {
        byte[] bytes = first ? withoutMark(line.toByteArray()) : line.toByteArray();
        line.reset();
        if (!isBlank(bytes)) {
            lines.line(bytes, isWhole);
        }
    }

    private static byte[] withoutMark(byte[] line) {
        boolean marked = line.length >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF;
        return marked ? Arrays.copyOfRange(line, 3, line.length) : line;
    }

    private static boolean isBlank(byte[] line) {
        for (byte one : line) {
            if (one != ' ' && one != '\t' && one != '\r') {
                return false;
            }
        }
        return true;
    }
}
