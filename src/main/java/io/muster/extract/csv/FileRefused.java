package io.muster.extract.csv;

/**
 * A file as a whole cannot be read: nothing of it may be loaded. The message names the file and the reason, and is
 * meant for people; it never holds the content of a cell.
 */
public final class FileRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a file was refused; the names are kept in run reports. */
    public enum Code {
        /** No bytes at all, packed or unpacked. */
        EMPTY_FILE,
        /** No line with column names. */
        NO_HEADER,
        /** The column names hold bytes that do not belong to the character set, or NUL characters. */
        BROKEN_HEADER,
        /** More columns, or longer names, than the limits. */
        HEADER_TOO_LARGE,
        /** A quote is opened and never closed. */
        UNTERMINATED_QUOTE,
        /** There is text between a closing quote and the next delimiter. */
        TEXT_AFTER_QUOTE,
        /** A record is longer than the limit, most often because a quote is not closed. */
        RECORD_TOO_LONG,
        /** A gzip or zip file ends too early or fails its checksum. */
        BROKEN_ARCHIVE,
        /** A zip file holds no file, or several. */
        ARCHIVE_ENTRIES,
        /** Larger than the limit after unpacking. */
        TOO_LARGE,
        /** Unpacks to more times its size than the limit. */
        RATIO_EXCEEDED,
        /** UTF-16 or UTF-32 with an odd byte count or a broken surrogate pair. */
        BROKEN_UNICODE,
        /** The byte-order mark contradicts the declared character set, or is missing where it is needed. */
        BYTE_ORDER_MARK
    }

    private final Code code;

    FileRefused(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** Why. */
    public Code code() {
        return code;
    }

    /** The sentence to show. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
