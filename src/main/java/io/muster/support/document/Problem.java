package io.muster.support.document;

/**
 * One thing that is wrong with a document.
 *
 * @param place where it is
 * @param path which part is wrong, such as {@code schedules[0].cron}; empty for the whole document
 * @param reason what is wrong and what to do, as a sentence that follows the path
 */
public record Problem(Place place, String path, String reason) {

    /** One line: {@code line 3, all[1].in: reason}. */
    public String text() {
        return "line " + place.line() + (path.isEmpty() ? "" : ", " + path) + ": " + reason;
    }

    /** One line: {@code FILE:LINE:COLUMN: PATH: REASON}, which editors and terminals turn into a link. */
    public String text(Object file) {
        return file + ":" + place.line() + ":" + place.column() + ": " + (path.isEmpty() ? "" : path + ": ") + reason;
    }
}
