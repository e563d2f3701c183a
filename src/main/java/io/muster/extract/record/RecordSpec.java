package io.muster.extract.record;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Where a run finds records. Stored as JSON with the run, so that a resume reads the same; secrets are references
 * only.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FileRecords.class, name = "file"),
    @JsonSubTypes.Type(value = JdbcRecords.class, name = "jdbc"),
    @JsonSubTypes.Type(value = HttpRecords.class, name = "http"),
    @JsonSubTypes.Type(value = DirectoryRecords.class, name = "directory"),
    @JsonSubTypes.Type(value = EligibilityRecords.class, name = "eligibility")
})
public sealed interface RecordSpec permits FileRecords, JdbcRecords, HttpRecords, InsideSpec {

    /**
     * The same, reading only what came after a watermark. The watermark is the one that the last completed run of the
     * automation has reached with the extractor of the same name.
     */
    default RecordSpec since(String watermark) {
        return this;
    }

    /**
     * Whether a column is there only when a record has a value for it. One that a job maps is then blank where it is not
     * there; elsewhere it is missing, and the run fails.
     */
    default boolean columnsVary() {
        return false;
    }
}
