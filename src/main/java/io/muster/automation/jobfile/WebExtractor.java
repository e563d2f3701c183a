package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.MemberPath;
import io.muster.extract.record.RecordSpec;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** What an address of HTTP answers, page by page. */
record WebExtractor(
        @NotNull
        @Pattern(regexp = JobExtractor.NAME, message = JobExtractor.NAME_MESSAGE)
        @About("Its name, unique in the workflow.")
        String name,

        @NotNull
        @About("Address of the first page, such as https://crm.example.com/api/people?limit=100; env:NAME or file:PATH"
                + " where it holds a secret.")
        Setting url,

        @About("Headers sent with every request, such as Accept; no secrets.")
        Map<String, String> headers,

        @Valid @About("How requests prove who asks; not at all where absent.") @Nullable
        Auth auth,

        @NotNull @About("How a page is read: json, json-lines or csv.")
        Format format,

        @About("Of json: JSONPath of names to the array of records.")
        MemberPath records,

        @Valid @About("Of csv: how pages are read.") FileReading csv,

        @Valid @About("How the next page is found; there is one page where absent.") @Nullable
        Paging paging,

        @Valid @About("How to ask only for what is new; everything is read every time where absent.") @Nullable
        Watermark watermark,

        @Valid @About("What no extraction passes.") Limits limits,

        @About(
                value = "How long connecting, every answer and every silence within one may take, 1s to 10m.",
                byDefault = "30s")
        Duration timeout,

        @Min(1)
        @Max(100)
        @About(
                value = "How often a page that fails in a way that passes is asked for in all, with growing pauses.",
                byDefault = "5")
        Integer attempts)
        implements JobExtractor {

    /** How a page is read. */
    enum Format {
        JSON,
        JSON_LINES,
        CSV
    }

    /** How requests prove who asks. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Bearer.class, name = "bearer"),
        @JsonSubTypes.Type(value = Basic.class, name = "basic"),
        @JsonSubTypes.Type(value = Header.class, name = "header"),
        @JsonSubTypes.Type(value = Parameter.class, name = "parameter")
    })
    sealed interface Auth {

        HttpRecords.Auth toAuth(References references);
    }

    /** A bearer token. */
    record Bearer(
            @NotNull @About("The token, as env:NAME or file:PATH.")
            SecretRef token) implements Auth {

        @Override
        public HttpRecords.Auth toAuth(References references) {
            return new HttpRecords.Bearer(token);
        }
    }

    /** Name and password. */
    record Basic(
            @NotNull @About("The account; may be env:NAME or file:PATH.")
            Setting username,

            @NotNull @About("Its password, as env:NAME or file:PATH.")
            SecretRef password)
            implements Auth {

        @Override
        public HttpRecords.Auth toAuth(References references) {
            return new HttpRecords.Basic(references.value(username, "auth.username"), password);
        }
    }

    /** A header. */
    record Header(
            @NotNull
            @Pattern(regexp = "[A-Za-z0-9-]{1,100}", message = "must be the name of a header, such as X-Api-Key")
            @About("Name of the header, such as X-Api-Key.")
            String name,

            @NotNull @About("Its value, as env:NAME or file:PATH.")
            SecretRef value)
            implements Auth {

        @Override
        public HttpRecords.Auth toAuth(References references) {
            return new HttpRecords.Header(name, value);
        }
    }

    /** A parameter of the address. */
    record Parameter(
            @NotNull @About("Name of the parameter.") String name,

            @NotNull @About("Its value, as env:NAME or file:PATH.")
            SecretRef value)
            implements Auth {

        @Override
        public HttpRecords.Auth toAuth(References references) {
            return new HttpRecords.Parameter(name, value);
        }
    }

    /** How the next page is found. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ByLink.class, name = "link"),
        @JsonSubTypes.Type(value = ByCursor.class, name = "cursor"),
        @JsonSubTypes.Type(value = ByPage.class, name = "page"),
        @JsonSubTypes.Type(value = ByOffset.class, name = "offset")
    })
    sealed interface Paging {

        HttpRecords.Paging toPaging();
    }

    /** By an address that the page holds. */
    record ByLink(
            @About("JSONPath of names to the address of the next page; the header Link with rel=next where absent.")
            @Nullable
            MemberPath path)
            implements Paging {

        @Override
        public HttpRecords.Paging toPaging() {
            return new HttpRecords.ByLink(path);
        }
    }

    /** By a value that the page holds. */
    record ByCursor(
            @NotNull @About("JSONPath of names to the cursor; the last page has none.")
            MemberPath path,

            @NotNull @About("Parameter that asks for the page after a cursor.")
            String parameter)
            implements Paging {

        @Override
        public HttpRecords.Paging toPaging() {
            return new HttpRecords.ByCursor(path, parameter);
        }
    }

    /** By its number. */
    record ByPage(
            @NotNull @About("Parameter that names the page.")
            String parameter,

            @Min(0) @Max(1_000_000) @About(value = "Number of the first page.", byDefault = "1")
            Integer first,

            @Min(1)
            @Max(1_000_000)
            @About("Records of a full page: the first with fewer is the last; the first without any where absent.")
            @Nullable
            Integer size)
            implements Paging {

        /** Fills in what may be absent. */
        public ByPage {
            first = first == null ? 1 : first;
        }

        @Override
        public HttpRecords.Paging toPaging() {
            return new HttpRecords.ByPage(parameter, first, size);
        }
    }

    /** By the number of records before it. */
    record ByOffset(
            @NotNull @About("Parameter that says how many records come before the page.")
            String parameter,

            @Min(1)
            @Max(1_000_000)
            @About("Records of a full page: the first with fewer is the last; the first without any where absent.")
            @Nullable
            Integer size)
            implements Paging {

        @Override
        public HttpRecords.Paging toPaging() {
            return new HttpRecords.ByOffset(parameter, size);
        }
    }

    /** A value that grows. */
    record Watermark(
            @NotNull @About("Parameter that asks for what is greater than its value.")
            String parameter,

            @NotNull
            @About(
                    "Name of the value in the records, such as updatedAt: all numbers, or all dates or times of ISO 8601.")
            String column,

            @About("What is sent the first time; the parameter is left out where absent.") @Nullable
            String initial,

            @About(
                    value =
                            "Of times: how far before the greatest value to ask again, since a record may come late, 0s to"
                                    + " 366d.",
                    byDefault = "10m")
            Duration overlap) {

        /** Fills in what may be absent. */
        public Watermark {
            overlap = overlap == null ? Duration.ofMinutes(10) : overlap;
        }
    }

    /** What no extraction passes. */
    record Limits(
            @Min(1) @Max(10_000_000) @About(value = "Pages.", byDefault = "10000")
            Integer pages,

            @About(value = "Bytes of all pages together, unpacked.", byDefault = "20GB")
            DataSize bytes,

            @About(value = "Time, 1s to 7d.", byDefault = "6h")
            Duration time) {

        /** Fills in what may be absent. */
        public Limits {
            pages = pages == null ? 10_000 : pages;
            bytes = bytes == null ? DataSize.ofGigabytes(20) : bytes;
            time = time == null ? Duration.ofHours(6) : time;
        }
    }

    /** Fills in what may be absent. */
    public WebExtractor {
        headers = headers == null ? Map.of() : headers;
        records = records == null ? MemberPath.ROOT : records;
        csv = csv == null ? FileReading.usual() : csv;
        limits = limits == null ? new Limits(10_000, DataSize.ofGigabytes(20), Duration.ofHours(6)) : limits;
        timeout = timeout == null ? Duration.ofSeconds(30) : timeout;
        attempts = attempts == null ? 5 : attempts;
    }

    @Override
    public RecordSpec toRecordSpec(String job, References references) {
        Retries standard = Retries.standard();
        FileFormat bounds = csv.toFileFormat();
        return new HttpRecords(
                url.text(),
                headers,
                auth == null ? null : auth.toAuth(references),
                switch (format) {
                    case JSON -> new HttpRecords.JsonArray(records);
                    case JSON_LINES -> new HttpRecords.JsonLines();
                    case CSV -> new HttpRecords.Csv();
                },
                bounds,
                paging == null ? new HttpRecords.NoPaging() : paging.toPaging(),
                watermark == null
                        ? null
                        : new HttpRecords.Watermark(
                                watermark.parameter(), watermark.column(), watermark.initial(), watermark.overlap()),
                null,
                new HttpRecords.Limits(limits.pages(), limits.bytes().toBytes(), limits.time()),
                timeout,
                new Retries(attempts, standard.firstDelay(), standard.longestDelay()));
    }
}
