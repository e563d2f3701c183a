package io.muster.load;

import io.muster.load.NetWriteCodec.Bytes;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * How far a survey has come, in a small file beside its side file: with both of them it goes on where it was
 * interrupted. Layout, all numbers big-endian: magic (8) and magic of the side file (8), then the components in order,
 * then the CRC-32C of all that (8).
 *
 * @param survey names the survey with all that its outcomes depend on
 * @param rows the row up to which everything is decided and written
 * @param log the beginning of the side file that belongs to it
 * @param state what was decided
 */
public record Checkpoint(String survey, long rows, SideFile.Beginning log, State state) {

    private static final long MAGIC = 0x4D555354434B3032L; // MUSTCK02

    /**
     * What a survey knows beside the net writes in its side file.
     *
     * @param decided outcomes that nothing has to be written for
     * @param decidedRows the rows behind them
     * @param forecast the outcome of every row so far
     * @param older rows of which something was left out because something newer is known
     * @param matched rows that each rule has told who they are about
     * @param contended keys with more than one holder so far, also those of which nothing has come
     */
    public record State(
            OutcomeCounts decided,
            BitSet decidedRows,
            OutcomeCounts forecast,
            long older,
            List<Long> matched,
            List<KeyChange> contended) {}

    /**
     * Replaces the file. It is not forced to the disk, nor is the side file: they are for processes that end, and what a
     * machine takes with it the checksums find out.
     */
    public void write(Path file) {
        Bytes out = new Bytes();
        out.putLong(MAGIC);
        out.putLong(SideFile.MAGIC);
        out.putText(survey);
        out.putLong(rows);
        out.putLong(log.length());
        out.putLong(log.checksum());
        counts(state.decided(), out);
        byte[] packed = RowSet.pack(state.decidedRows());
        out.putInt(packed.length);
        out.put(packed, packed.length);
        counts(state.forecast(), out);
        out.putLong(state.older());
        out.putInt(state.matched().size());
        state.matched().forEach(out::putLong);
        out.putInt(state.contended().size());
        state.contended().forEach(key -> BlockCodec.key(key, out));
        out.putLong(checksum(out.array(), out.length()));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.write(next, Arrays.copyOf(out.array(), out.length()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write the checkpoint " + file + ": " + e.getMessage()
                            + ". Make room on the disk or check the folder's permissions, then resume the run.",
                    e);
        }
    }

    /** Reads the file; empty when it is not there, damaged, of another survey or of a release that wrote otherwise. */
    public static Optional<Checkpoint> read(Path file, String survey) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            int end = bytes.length - Long.BYTES;
            if (end < 0 || in.getLong(end) != checksum(bytes, end)) {
                return Optional.empty();
            }

            boolean isOurs = in.getLong() == MAGIC
                    && in.getLong() == SideFile.MAGIC
                    && NetWriteCodec.word(in).equals(survey);
            return isOurs
                    ? Optional.of(new Checkpoint(
                            survey, in.getLong(), new SideFile.Beginning(in.getLong(), in.getLong()), state(in)))
                    : Optional.empty();
        } catch (IOException | BufferUnderflowException e) {
            // The survey starts over, as it would without the file.
            return Optional.empty();
        }
    }

    private static State state(ByteBuffer in) {
        OutcomeCounts decided = counts(in);
        byte[] packed = new byte[in.getInt()];
        in.get(packed);
        OutcomeCounts forecast = counts(in);
        long older = in.getLong();
        List<Long> matched = list(in, ByteBuffer::getLong);
        return new State(decided, RowSet.unpack(packed), forecast, older, matched, list(in, BlockCodec::key));
    }

    private static <T> List<T> list(ByteBuffer in, Function<ByteBuffer, T> entry) {
        int count = in.getInt();
        List<T> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry.apply(in));
        }

        return entries;
    }

    private static void counts(OutcomeCounts counts, Bytes out) {
        TakenAway away = counts.takenAway();
        for (long count : new long[] {
            counts.created(),
            counts.updated(),
            counts.unchanged(),
            counts.rejected(),
            counts.skipped(),
            away.left(),
            away.optedOut(),
            away.deleted()
        }) {
            out.putLong(count);
        }
    }

    private static OutcomeCounts counts(ByteBuffer in) {
        return new OutcomeCounts(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                new TakenAway(in.getLong(), in.getLong(), in.getLong()));
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }
}
