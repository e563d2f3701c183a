package io.muster.extract.source;

/** A file is not the one that was listed: it is still being written, or was replaced. It is safe to look again later. */
public final class FileChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The file as it was listed, and as it is now. */
    public FileChanged(String doing, SourceFile listed, SourceFile now, String location) {
        super(
                "Cannot %s %s at %s: it changed since it was listed, from %,d bytes of %s to %,d bytes of %s. Try again when it is complete."
                        .formatted(
                                doing,
                                listed.path(),
                                location,
                                listed.size(),
                                listed.modified(),
                                now.size(),
                                now.modified()));
    }
}
