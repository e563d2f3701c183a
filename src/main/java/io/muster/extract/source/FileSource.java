package io.muster.extract.source;

import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A place where files are delivered. Every method throws {@link Refusal} naming the place and the file when the place
 * cannot be reached or forbids it, {@link FileGone} when the file is not there any more, and {@link FileChanged} when
 * it is not the file that was listed. For one thread at a time.
 */
public interface FileSource extends AutoCloseable {

    /** Where it is, for messages; never holds a secret. */
    String location();

    /** The files of the place itself, without those of its folders, in no particular order. */
    List<SourceFile> list();

    /**
     * Where a file lies that is listed here, but cannot be fetched here.
     *
     * @param spool names the spool
     * @param host the machine that had it when the file came
     */
    record Away(String spool, String host) {}

    /** Where a listed file lies that cannot be fetched here; empty for all others. */
    default Optional<Away> away(SourceFile file) {
        return Optional.empty();
    }

    /**
     * Copies a file to the target, which appears only when it is complete, verified by size and time, synced to disk
     * and readable by this user alone. Free disk space is checked before.
     */
    void fetch(SourceFile file, Path target);

    /**
     * The text of a small file, such as a control file.
     *
     * @param maxBytes a larger file is refused
     */
    String read(SourceFile file, int maxBytes);

    /**
     * Moves a file into a folder (relative to the place, or absolute), which is created when it is missing. Nothing is
     * ever overwritten: a taken name gets the time in UTC, and a number if that is taken too.
     *
     * @return the path it was moved to
     */
    String archive(SourceFile file, String folder);

    /** Deletes a file. */
    void delete(SourceFile file);

    /** Whether there is anything with this name at the place. */
    boolean exists(String name);

    /**
     * Puts a file at the place, as a whole or not at all: it is written under another name, and renamed once it is there.
     * Nothing is ever overwritten, but what an earlier try has left under the other name.
     *
     * @param meanwhile the other name
     * @return false when the name is taken
     */
    default boolean put(Path file, String name, String meanwhile) {
        throw Refusal.failed(
                "NOT_WRITABLE",
                "Cannot write the file " + name + " to " + location() + ": files are only taken from there. Name a"
                        + " folder or an SFTP server.");
    }

    @Override
    void close();
}
