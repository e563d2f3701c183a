package io.muster.automation.jobfile;

import io.muster.extract.record.JdbcRecords;
import io.muster.extract.record.RecordSpec;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rows of a query of another database. */
record DatabaseExtractor(
        @NotNull
        @Pattern(regexp = JobExtractor.NAME, message = JobExtractor.NAME_MESSAGE)
        @About("Its name, unique in the workflow.")
        String name,

        @NotNull
        @About("JDBC URL of the database, such as jdbc:postgresql://db.example.com/crm; env:NAME or file:PATH where it"
                + " holds a secret.")
        Setting url,

        @About("Account that may read; may be env:NAME or file:PATH.") @Nullable
        Setting username,

        @About("Its password, as env:NAME or file:PATH.") @Nullable
        SecretRef password,

        @NotNull
        @NotBlank(message = "must hold a query")
        @About("One SELECT without ORDER BY where there is a watermark; what its columns are called is what transforms"
                + " and the mapping know them by.")
        String query,

        @Valid @About("How to read only what is new; everything is read every time where absent.") @Nullable
        Watermark watermark,

        @About(value = "How long the query and every read may take, 1s to 24h.", byDefault = "10m")
        Duration timeout,

        @Min(1)
        @Max(100)
        @About(value = "How often a failed connection is tried in all, with growing pauses.", byDefault = "5")
        Integer attempts)
        implements JobExtractor {

    /** A column that grows. */
    record Watermark(
            @NotNull
            @Pattern(
                    regexp = "[A-Za-z_][A-Za-z0-9_]{0,127}",
                    message = "must be the plain name of a column of the query, such as updated_at")
            @About(
                    "Column of the query whose values grow: a number, a date or a time. Rows where it is NULL are never read.")
            String column,

            @About(
                    value = "Of times: how far before the last value to read again, since a row may be committed late;"
                            + " 0s to 366d.",
                    byDefault = "10m")
            Duration overlap,

            @Min(0) @About(value = "The same of numbers.", byDefault = "1000")
            Long overlapNumber) {

        /** Fills in what may be absent. */
        public Watermark {
            overlap = overlap == null ? Duration.ofMinutes(10) : overlap;
            overlapNumber = overlapNumber == null ? 1_000L : overlapNumber;
        }
    }

    /** Fills in what may be absent. */
    public DatabaseExtractor {
        timeout = timeout == null ? Duration.ofMinutes(10) : timeout;
        attempts = attempts == null ? 5 : attempts;
    }

    @Override
    public RecordSpec toRecordSpec(String job, References references) {
        Retries standard = Retries.standard();
        return new JdbcRecords(
                url.text(),
                username == null ? null : references.value(username, "username"),
                password,
                query.strip().replaceFirst(";\\s*$", ""),
                watermark == null
                        ? null
                        : new JdbcRecords.Watermark(watermark.column(), watermark.overlap(), watermark.overlapNumber()),
                null,
                timeout,
                new Retries(attempts, standard.firstDelay(), standard.longestDelay()));
    }
}
