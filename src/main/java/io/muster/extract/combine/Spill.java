package io.muster.extract.combine;

import io.muster.support.Refusal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records on disk, in the order in which they are written; each keeps the number that it was given. */
final class Spill {

    private static final int BUFFER = 1 << 16;

    private final Path file;

    Spill(Path file) {
        this.file = file;
    }

    /**
     * A record.
     *
     * @param number its place among all
     * @param values its values; of one that was refused, what could be read of it
     * @param problem why it was refused; null for a good one
     */
    record Entry(long number, List<String> values, @Nullable String problem) {}

    long bytes() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    Writer write() {
        try {
            return new Writer(new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER)));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    Reader read() {
        try {
            return new Reader(new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER)));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private Refusal unusable(IOException e) {
        return unusable(file, e);
    }

    static Refusal unusable(Path file, IOException e) {
        return Refusal.failed(
                "Cannot write or read " + file + ": " + e.getMessage() + ". Check the disk, then resume the run.", e);
    }

    /** Appends records. */
    final class Writer implements AutoCloseable {

        private final DataOutputStream out;

        private Writer(DataOutputStream out) {
            this.out = out;
        }

        void write(Entry entry) {
            try {
                String problem = entry.problem();
                out.writeLong(entry.number());
                out.writeInt(problem == null ? entry.values().size() : -1);
                if (problem != null) {
                    text(problem);
                }

                for (String value : entry.values()) {
                    text(value);
                }
            } catch (IOException e) {
                throw unusable(e);
            }
        }

        private void text(String value) throws IOException {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw unusable(e);
            }
        }
    }

    /** Reads records. */
    final class Reader implements AutoCloseable {

        private final DataInputStream in;

        private Reader(DataInputStream in) {
            this.in = in;
        }

        /** The next record; null after the last. */
        @Nullable
        Entry next() {
            try {
                long number;
                try {
                    number = in.readLong();
                } catch (EOFException end) {
                    return null;
                }

                int count = in.readInt();
                String problem = count < 0 ? text() : null;
                List<String> values = new ArrayList<>(Math.max(1, count));
                for (int i = 0; i < (count < 0 ? 1 : count); i++) {
                    values.add(text());
                }

                return new Entry(number, values, problem);
            } catch (IOException e) {
                throw unusable(e);
            }
        }

        private String text() throws IOException {
            byte[] bytes = in.readNBytes(in.readInt());
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
