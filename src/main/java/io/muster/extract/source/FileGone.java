package io.muster.extract.source;

/** A listed file is not there any more; for a second attempt to archive or delete it this means: it is done. */
public final class FileGone extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The file at the place. */
    public FileGone(String doing, String path, String location) {
        super("Cannot %s %s at %s: the file is not there any more. Check whether another process takes files away."
                .formatted(doing, path, location));
    }
}
