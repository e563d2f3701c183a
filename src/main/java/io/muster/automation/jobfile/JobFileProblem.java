package io.muster.automation.jobfile;

import java.nio.file.Path;

/**
 * One thing that is wrong with a job file.
 *
 * @param file the file
 * @param line the line, from 1
 * @param column the column, from 1
 * @param field the field's path, such as {@code schedules[0].cron}; empty for the file as a whole
 * @param reason what is wrong and what to do
 */
public record JobFileProblem(Path file, int line, int column, String field, String reason) {

    /** One line: {@code FILE:LINE:COLUMN: FIELD: REASON}, as editors and terminals link it. */
    public String text() {
        return file + ":" + line + ":" + column + ": " + (field.isEmpty() ? "" : field + ": ") + reason;
    }
}
