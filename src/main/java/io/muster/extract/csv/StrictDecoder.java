package io.muster.extract.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to text without a silent change: a byte that does not belong to the character set becomes a lone surrogate
 * (see {@link MalformedBytes}); in UTF-16 and UTF-32, where one wrong byte shifts all others, the file is refused.
 */
final class StrictDecoder extends Reader {

    private final InputStream in;
    private final String file;
    private final Charset charset;
    private final boolean byteOrderMark;
    private final CharsetDecoder decoder;
    private final int maxRecordChars;
    private final byte[] buffer;
    private final ByteBuffer bytes;
    private final char[] pair = new char[2];
    private boolean ended;
    private int pending = -1;
    private long delivered;
    private long recordsEnd;
    private long suspectUntil;

    private StrictDecoder(
            InputStream in,
            byte[] buffer,
            ByteBuffer bytes,
            String file,
            Charset charset,
            boolean mark,
            int maxRecordChars) {
        this.in = in;
        this.buffer = buffer;
        this.bytes = bytes;
        this.file = file;
        this.charset = charset;
        this.byteOrderMark = mark;
        this.maxRecordChars = maxRecordChars;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    static StrictDecoder open(InputStream in, String file, FileFormat format) throws IOException {
        byte[] buffer = new byte[1 << 17];
        int count = in.readNBytes(buffer, 0, 4);
        if (count == 0) {
            throw UnpackedFile.empty(file);
        }

        Charset marked = markedCharset(buffer, count);
        Charset charset = choose(marked, format.charset(), file);
        int markLength = marked == null ? 0 : "\uFEFF".getBytes(marked).length;
        ByteBuffer first = ByteBuffer.wrap(buffer, markLength, count - markLength);
        return new StrictDecoder(in, buffer, first, file, charset, marked != null, format.maxRecordChars());
    }

    private static @Nullable Charset markedCharset(byte[] bytes, int count) {
        // the mark of UTF-32LE begins with that of UTF-16LE
        for (Charset charset : new Charset[] {
            StandardCharsets.UTF_32LE, StandardCharsets.UTF_32BE,
            StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_8
        }) {
            byte[] mark = "\uFEFF".getBytes(charset);
            if (count >= mark.length && Arrays.equals(bytes, 0, mark.length, mark, 0, mark.length)) {
                return charset;
            }
        }
        return null;
    }

    private static Charset choose(@Nullable Charset marked, @Nullable String declaredName, String file) {
        if (declaredName == null) {
            return marked == null ? StandardCharsets.UTF_8 : marked;
        }

        Charset declared = TextCharset.named(declaredName);
        String family = withoutByteOrder(declared);
        if (marked == null) {
            if (TextCharset.isUnicodeUnits(declared) && !declared.name().matches("UTF-(16|32)[LB]E")) {
                throw new FileRefused(
                        FileRefused.Code.BYTE_ORDER_MARK,
                        "Cannot read %s: it has no byte-order mark, so %s does not say the order of its bytes. Declare %sLE or %sBE."
                                .formatted(file, declared.name(), family, family));
            }
            return declared;
        }

        boolean orderDeclared = declared.name().matches("UTF-(16|32)[LB]E");
        if (declared.equals(marked) || (!orderDeclared && family.equals(withoutByteOrder(marked)))) {
            return marked;
        }
        throw new FileRefused(
                FileRefused.Code.BYTE_ORDER_MARK,
                "Cannot read %s: %s is declared, but its byte-order mark says %s. Correct the declaration, or leave it out."
                        .formatted(file, declared.name(), marked.name()));
    }

    private static String withoutByteOrder(Charset charset) {
        String name = charset.name().toUpperCase(Locale.ROOT);
        if (!TextCharset.isUnicodeUnits(charset)) {
            return name;
        }
        return name.contains("16") ? "UTF-16" : "UTF-32";
    }

    /** The character set found. */
    Charset charset() {
        return charset;
    }

    /** Whether the file began with a byte-order mark. */
    boolean byteOrderMark() {
        return byteOrderMark;
    }

    /** Characters handed out, with the bytes that wait to be decoded. */
    long seen() {
        return delivered + bytes.remaining();
    }

    /** All characters handed out up to now belong to finished records (or were read ahead of the next one). */
    void recordEnded() {
        recordsEnd = delivered;
    }

    /** Characters from this position on hold neither malformed bytes nor NUL, as far as handed out. */
    long suspectUntil() {
        return suspectUntil;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (delivered - recordsEnd > maxRecordChars) {
            throw new RecordTooLong();
        }

        int count = 0;
        if (pending >= 0) {
            target[offset] = (char) pending;
            pending = -1;
            count = 1;
        }
        boolean suspect = false;
        CharBuffer chars = CharBuffer.wrap(target, offset + count, length - count);

        while (true) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            if (result.isError()) {
                if (TextCharset.isUnicodeUnits(charset)) {
                    throw brokenUnicode();
                }
                suspect = true;
                chars.put(MalformedBytes.escape(bytes.get()));
                decoder.reset();
                if (!chars.hasRemaining()) {
                    break;
                }
            } else if (result.isOverflow()) {
                if (chars.position() == offset) {
                    count = split(target, offset);
                }
                break;
            } else if (chars.position() > offset || ended) {
                break;
            } else {
                fill();
            }
        }

        int read = Math.max(count, chars.position() - offset);
        if (read == 0) {
            return -1;
        }
        delivered += read;
        if (suspect || hasNul(target, offset, offset + read)) {
            suspectUntil = delivered;
        }
        return read;
    }

    /** Room for one character only, but two are needed: hand out the first, keep the second. */
    private int split(char[] target, int offset) {
        CharBuffer both = CharBuffer.wrap(pair);
        decoder.decode(bytes, both, ended);
        target[offset] = pair[0];
        pending = pair[1];
        return 1;
    }

    /** Without a branch per character, so that the loop runs on vectors. */
    private static boolean hasNul(char[] chars, int from, int to) {
        int signs = 0;
        for (int i = from; i < to; i++) {
            signs |= chars[i] - 1;
        }
        return signs < 0;
    }

    private void fill() throws IOException {
        bytes.compact();
        int read = in.read(buffer, bytes.position(), bytes.remaining());
        if (read < 0) {
            ended = true;
        } else {
            bytes.position(bytes.position() + read);
        }
        bytes.flip();
    }

    private FileRefused brokenUnicode() {
        return new FileRefused(
                FileRefused.Code.BROKEN_UNICODE,
                "Cannot read %s: it is not well-formed %s near character %,d (an odd number of bytes, or half a surrogate pair). Have it delivered again, best in UTF-8."
                        .formatted(file, charset.name(), delivered + 1));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** A record passed the limit; the reader finds out where it began. */
    static final class RecordTooLong extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
