package io.muster.web.call;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;

/**
 * The content of the part {@code file} of a multipart body, as it comes: no part of it is kept anywhere else. Fields in front of it
 * are kept.
 */
public final class FilePart extends InputStream {

    private static final int BUFFER = 1 << 16;
    private static final int MOST_PARTS = 100;

    private final InputStream body;
    private final MultiPart.Parser parser;
    private final Deque<ByteBuffer> content = new ArrayDeque<>();
    private final Map<String, List<String>> fields = new LinkedHashMap<>();
    private final ByteArrayOutputStream field = new ByteArrayOutputStream();
    private final int mostFieldBytes;
    private int fieldBytes;
    private @Nullable String fieldName;
    private @Nullable String disposition;
    private @Nullable String fileName;
    private boolean isInFile;
    private boolean isOver;
    private @Nullable Throwable failure;

    /**
     * A body whose other parts are passed over.
     *
     * @param boundary what stands between the parts
     */
    public FilePart(InputStream body, String boundary) {
        this(body, boundary, MOST_PARTS, 0);
    }

    /**
     * A body whose fields in front of the file are kept.
     *
     * @param boundary what stands between the parts
     * @param mostFieldBytes the most bytes that the values of all fields may have
     */
    public FilePart(InputStream body, String boundary, int mostParts, int mostFieldBytes) {
        this.body = body;
        this.mostFieldBytes = mostFieldBytes;
        parser = new MultiPart.Parser(boundary, new Listener());
        parser.setMaxParts(mostParts);
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

            fieldName = fileName == null && mostFieldBytes > 0 ? fieldName(disposition) : null;
            field.reset();
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            if (isInFile) {
                ByteBuffer bytes = chunk.getByteBuffer();
                content.add(ByteBuffer.allocate(bytes.remaining())
                        .put(bytes.slice())
                        .flip());
            } else if (fieldName != null) {
                ByteBuffer bytes = chunk.getByteBuffer().slice();
                fieldBytes += bytes.remaining();
                if (fieldBytes > mostFieldBytes) {
                    throw new IllegalStateException("The fields have too many bytes");
                }

                while (bytes.hasRemaining()) {
                    field.write(bytes.get());
                }
            }
        }

        @Override
        public void onPartEnd() {
            isOver |= isInFile;
            isInFile = false;
            if (fieldName != null) {
                fields.computeIfAbsent(fieldName, name -> new ArrayList<>())
                        .add(field.toString(StandardCharsets.UTF_8));
            }
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

    private static @Nullable String fieldName(@Nullable String header) {
        try {
            return header == null ? null : ContentDisposition.parse(header).getName();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The fields in front of the file; all when there is no file. To be asked for after {@link #fileName()}. */
    public Map<String, List<String>> fields() {
        return fields;
    }

    /**
     * The name of the file, once its part has begun; empty when there is no such part.
     *
     * @throws IOException when the sender fails, or what it sends is no multipart body
     */
    public Optional<String> fileName() throws IOException {
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
