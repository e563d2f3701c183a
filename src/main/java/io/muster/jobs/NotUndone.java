package io.muster.jobs;

/** The condition on imports that what they did is still there: no undo took it back, or the undo was given up. */
final class NotUndone {

    private NotUndone() {}

    /** Of the import whose numeric id is in that column. */
    static String condition(String run) {
        return """
            NOT EXISTS (
              SELECT 1 FROM run_import taken_back LEFT JOIN run taking ON taking.id = taken_back.undone_by
              WHERE taken_back.run_id = %s AND taken_back.undone_by IS NOT NULL
                AND COALESCE(taking.status, '') <> 'ABANDONED')
            """.formatted(run);
    }
}
