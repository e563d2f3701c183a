package io.muster.extract.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query of another database.
 *
 * @param url the JDBC URL, or where it is ({@code env:NAME}, {@code file:PATH}) when it holds a secret
 * @param user who logs in, where the URL does not say
 * @param password the password
 * @param query one SELECT
 * @param watermark how to read only what came later; null to read everything every time
 * @param since how far was read; null for all
 * @param timeout how long the query and every read may take; default 10 minutes
 * @param retries what to do when no connection is made
 */
public record JdbcRecords(
        String url,
        @Nullable String user,
        @Nullable SecretRef password,
        String query,
        @Nullable Watermark watermark,
        @Nullable String since,
        Duration timeout,
        Retries retries)
        implements RecordSpec {

    /** Fills in the defaults. */
    public JdbcRecords {
        timeout = Objects.requireNonNullElse(timeout, Duration.ofMinutes(10));
        retries = Objects.requireNonNullElse(retries, Retries.standard());
    }

    /**
     * A column of the query whose values grow: a number, date or time.
     *
     * @param column its name in the query
     * @param overlap how far before the last value to read again, since a row may be committed late: of times
     * @param overlapNumber the same of numbers
     */
    public record Watermark(String column, Duration overlap, Long overlapNumber) {

        /** Fills in the defaults. */
        public Watermark {
            overlap = Objects.requireNonNullElse(overlap, Duration.ofMinutes(10));
            overlapNumber = Objects.requireNonNullElse(overlapNumber, 1_000L);
        }
    }

    @Override
    public RecordSpec since(String value) {
        return watermark == null
                ? this
                : new JdbcRecords(url, user, password, query, watermark, value, timeout, retries);
    }

    /** The URL itself. */
    public String resolvedUrl(Map<String, String> environment) {
        return isReference() ? SecretRef.of(url).resolve(environment) : url;
    }

    private boolean isReference() {
        return url.startsWith("env:") || url.startsWith("file:");
    }

    /** Where it is, for messages, without account, password and options: {@code jdbc:mysql://db.example.com/crm}. */
    @JsonIgnore
    public String location() {
        return isReference()
                ? "the database of " + url
                : url.replaceFirst("[?;].*", "").replaceFirst("//[^/]*@", "//").replaceFirst(":[^:/]*/[^:/]*@", ":");
    }
}
