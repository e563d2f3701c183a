package io.muster.extract.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an address of HTTP answers, page by page.
 *
 * @param url the address of the first page, or where it is ({@code env:NAME}, {@code file:PATH}) when it holds a secret
 * @param headers sent with every request
 * @param auth how the requests prove who asks; null for no proof
 * @param format how a page is read
 * @param csv the charset and delimiter of pages of CSV, and the bounds of records of all formats
 * @param paging how the next page is found
 * @param watermark how to ask only for what came later; null to read everything every time
 * @param since how far was read; null for all
 * @param limits what no extraction passes
 * @param timeout how long connecting, every answer and every silence within one may take; default 30 s
 * @param retries what to do when a page fails in a way that passes
 */
public record HttpRecords(
        String url,
        Map<String, String> headers,
        @Nullable Auth auth,
        Format format,
        FileFormat csv,
        Paging paging,
        @Nullable Watermark watermark,
        @Nullable String since,
        Limits limits,
        Duration timeout,
        Retries retries)
        implements RecordSpec {

    /** Fills in the defaults. */
    public HttpRecords {
        headers = headers == null ? Map.of() : Map.copyOf(headers);
        csv = Objects.requireNonNullElseGet(csv, FileFormat::detected);
        paging = Objects.requireNonNullElseGet(paging, NoPaging::new);
        limits = Objects.requireNonNullElseGet(limits, Limits::usual);
        timeout = Objects.requireNonNullElse(timeout, Duration.ofSeconds(30));
        retries = Objects.requireNonNullElse(retries, Retries.standard());
    }

    /** JSON leaves out what a record does not have. */
    @Override
    public boolean columnsVary() {
        return !(format instanceof Csv);
    }

    /** How requests prove who asks. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Bearer.class, name = "bearer"),
        @JsonSubTypes.Type(value = Basic.class, name = "basic"),
        @JsonSubTypes.Type(value = Header.class, name = "header"),
        @JsonSubTypes.Type(value = Parameter.class, name = "parameter")
    })
    public sealed interface Auth {}

    /** {@code Authorization: Bearer TOKEN}. */
    public record Bearer(SecretRef token) implements Auth {}

    /** {@code Authorization: Basic …}. */
    public record Basic(String user, SecretRef password) implements Auth {}

    /** A header of its own. */
    public record Header(String name, SecretRef value) implements Auth {}

    /** A parameter of the address. */
    public record Parameter(String name, SecretRef value) implements Auth {}

    /** How a page is read. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = JsonArray.class, name = "json"),
        @JsonSubTypes.Type(value = JsonLines.class, name = "json-lines"),
        @JsonSubTypes.Type(value = Csv.class, name = "csv")
    })
    public sealed interface Format {}

    /** A JSON document with an array of records at a path. */
    public record JsonArray(MemberPath records) implements Format {}

    /** A JSON object a line. */
    public record JsonLines() implements Format {}

    /** CSV with a header. */
    public record Csv() implements Format {}

    /** How the next page is found. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = NoPaging.class, name = "none"),
        @JsonSubTypes.Type(value = ByLink.class, name = "link"),
        @JsonSubTypes.Type(value = ByCursor.class, name = "cursor"),
        @JsonSubTypes.Type(value = ByPage.class, name = "page"),
        @JsonSubTypes.Type(value = ByOffset.class, name = "offset")
    })
    public sealed interface Paging {}

    /** There is one page. */
    public record NoPaging() implements Paging {}

    /**
     * A page says the address of the next one.
     *
     * @param path where in its JSON; null for the header {@code Link} with {@code rel=next}
     */
    public record ByLink(@Nullable MemberPath path) implements Paging {}

    /** A page says what the next one is asked for by. */
    public record ByCursor(MemberPath path, String parameter) implements Paging {}

    /**
     * Pages are numbered. The first one without records is the last, or the first with fewer than the size.
     *
     * @param first the number of the first
     * @param size how many records a full page has; null when that is not known
     */
    public record ByPage(
            String parameter, int first, @Nullable Integer size) implements Paging {}

    /** Pages are asked for by the number of records before them; ends as numbered pages do. */
    public record ByOffset(String parameter, @Nullable Integer size) implements Paging {}

    /**
     * A value of the records that grows, a number or an ISO time, and the parameter that asks for what is greater.
     *
     * @param parameter sent with the greatest value of the last run
     * @param column the value's name in the records
     * @param initial sent the first time; null to leave the parameter out
     * @param overlap of times, how far before the greatest value to ask for again, since a record may come late
     */
    public record Watermark(
            String parameter, String column, @Nullable String initial, Duration overlap) {

        /** Fills in the defaults. */
        public Watermark {
            overlap = Objects.requireNonNullElse(overlap, Duration.ofMinutes(10));
        }
    }

    /**
     * What no extraction passes.
     *
     * @param pages how many pages
     * @param bytes how many bytes of all pages together, unpacked
     * @param time how long it takes
     */
    public record Limits(int pages, long bytes, Duration time) {

        /** Those of most jobs. */
        public static Limits usual() {
            return new Limits(10_000, FileFormat.DEFAULT_MAX_BYTES, Duration.ofHours(6));
        }
    }

    @Override
    public RecordSpec since(String value) {
        return watermark == null
                ? this
                : new HttpRecords(url, headers, auth, format, csv, paging, watermark, value, limits, timeout, retries);
    }

    /** The address itself. */
    public String resolvedUrl(Map<String, String> environment) {
        return isReference() ? SecretRef.of(url).resolve(environment) : url;
    }

    private boolean isReference() {
        return url.startsWith("env:") || url.startsWith("file:");
    }

    /** Where it is, for messages, without parameters: {@code https://crm.example.com/people}. */
    @JsonIgnore
    public String location() {
        if (isReference()) {
            return "the address of " + url;
        }
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + uri.getRawPath();
    }
}
