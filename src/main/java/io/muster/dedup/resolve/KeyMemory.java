package io.muster.dedup.resolve;

import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The memory of one survey's tables of keys: the process's own up to a bound, and mapped files beyond it, which the
 * system writes to disk when memory is wanted elsewhere. So the greatest file needs room on the disk, not in memory.
 * Tables of several threads may share it.
 */
public final class KeyMemory {

    /** Enough for the keys of 10,000,000 rows under two rules, in bytes. */
    public static final long DEFAULT_BYTES = (long) KnownSettings.KEY_MEMORY.usual() << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final Path folder;
    private final long mostBytes;
    private long bytes;
    private int files;

    /** Memory that is given back as a whole. */
    record Part(Arena arena, MemorySegment entries, boolean ownMemory) {}

    /**
     * @param folder where files beyond the bound go; they are gone with the process, however it ends
     * @param mostBytes how much of the process's own memory is used
     */
    public KeyMemory(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    /** Takes so many bytes, all of them 0. */
    @SuppressWarnings("MustBeClosedChecker") // closed when the part is given back
    synchronized Part take(long size) {
        Arena arena = Arena.ofShared();
        if (bytes + size <= mostBytes) {
            bytes += size;
            return new Part(arena, arena.allocate(size, 8), true);
        }

        try {
            return new Part(arena, map(arena, size), false);
        } catch (IOException e) {
            arena.close();
            throw Refusal.failed(
                            "SPOOL_UNWRITABLE",
                            "Cannot keep the keys of the file in " + folder + ": " + e.getMessage()
                                    + ". Make room on the disk or check the folder's permissions, then resume the run.")
                    .causedBy(e);
        }
    }

    /** Gives a part back. */
    synchronized void giveBack(Part part) {
        if (part.ownMemory()) {
            bytes -= part.entries().byteSize();
        }

        part.arena().close();
    }

    /** Whether some of what was taken lay in files. */
    boolean hasSpilled() {
        return files > 0;
    }

    private MemorySegment map(Arena arena, long size) throws IOException {
        Path file = folder.resolve("keys-" + files++);
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                // The mapping outlives the name.
                StandardOpenOption.DELETE_ON_CLOSE)) {
            // Room is taken now: a full disk is an error here, but would end the process when a page is touched.
            for (long at = 0; at < size; ) {
                ByteBuffer zeros = ZEROS.duplicate();
                zeros.limit((int) Math.min(zeros.capacity(), size - at));
                at += channel.write(zeros, at);
            }

            return channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
        }
    }
}
