package io.muster.web.v3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;

/** The content of the part {@code file} of a multipart body, as it comes: no part of it is kept anywhere else. */
final class FilePart extends InputStream {

    private static final int BUFFER = 1 << 16;
    private static final int MOST_PARTS = 100;

    private final InputStream body;
    private final MultiPart.Parser parser;
    private final Deque<ByteBuffer> content = new ArrayDeque<>();
    private @Nullable String disposition;
    private @Nullable String fileName;
    private boolean isInFile;
    private boolean isOver;
    private @Nullable Throwable failure;

    /** @param boundary what stands between the parts */
    FilePart(InputStream body, String boundary) {
        this.body = body;
        parser = new MultiPart.Parser(boundary, new Listener());
        parser.setMaxParts(MOST_PARTS);
    }

    private final class Listener implements MultiPart.Parser.Listener {

        @Override
        public void onPartBegin() {
            disposition = null;
        }

        @Override
        public void onPartHeader(String name, String value) {
            if (name.toLowerCase(Locale.ROOT).equals("content-disposition")) {
                disposition = value;
            }
        }

        @Override
        public void onPartHeaders() {
            if (fileName == null) {
                fileName = name(disposition);
                isInFile = fileName != null;
            }
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            if (isInFile) {
                ByteBuffer bytes = chunk.getByteBuffer();
                content.add(ByteBuffer.allocate(bytes.remaining())
                        .put(bytes.slice())
                        .flip());
            }
        }

        @Override
        public void onPartEnd() {
            isOver |= isInFile;
            isInFile = false;
        }

        @Override
        public void onFailure(Throwable cause) {
            failure = cause;
        }
    }

    /** The file name of a part {@code file}; null for any other part. */
    private static @Nullable String name(@Nullable String header) {
        if (header == null) {
            return null;
        }

        try {
            ContentDisposition parsed = ContentDisposition.parse(header);
            return "file".equals(parsed.getName()) ? parsed.getFilename() : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * The name of the file, once its part has begun; empty when there is no such part.
     *
     * @throws IOException when the sender fails, or what it sends is no multipart body
     */
    Optional<String> fileName() throws IOException {
        boolean more = true;
        while (more && fileName == null) {
            more = parseMore();
        }

        return Optional.ofNullable(fileName);
    }

    /** Whether there was more. */
    private boolean parseMore() throws IOException {
        byte[] bytes = new byte[BUFFER];
        int read = body.read(bytes);
        try {
            parser.parse(read < 0 ? Content.Chunk.EOF : Content.Chunk.from(ByteBuffer.wrap(bytes, 0, read), false));
        } catch (RuntimeException e) {
            failure = e;
        }

        Throwable failed = failure;
        if (failed != null) {
            throw new IOException("The multipart body is damaged or was cut off", failed);
        }

        return read >= 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (content.isEmpty() || !content.getFirst().hasRemaining()) {
            if (!content.isEmpty()) {
                var ignored = content.removeFirst();
            } else if (isOver) {
                return -1;
            } else if (!parseMore() && !isOver) {
                throw new IOException("The multipart body was cut off");
            }
        }

        ByteBuffer next = content.getFirst();
        int taken = Math.min(length, next.remaining());
        next.get(target, offset, taken);
        return taken;
    }
}
