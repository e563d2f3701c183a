package io.muster.extract.http;

import io.muster.extract.record.Extracted;
import io.muster.extract.record.HttpRecords;
import io.muster.extract.record.HttpRecords.ByCursor;
import io.muster.extract.record.HttpRecords.ByLink;
import io.muster.extract.record.HttpRecords.ByOffset;
import io.muster.extract.record.HttpRecords.ByPage;
import io.muster.extract.record.HttpRecords.Csv;
import io.muster.extract.record.HttpRecords.JsonArray;
import io.muster.extract.record.HttpRecords.JsonLines;
import io.muster.extract.record.HttpRecords.NoPaging;
import io.muster.extract.record.HttpRecords.Watermark;
import io.muster.extract.record.MemberPath;
import io.muster.extract.record.RecordExtractor;
import io.muster.extract.record.RecordSink;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads all pages of an address. A page is read when all of it has come and is whole, and handed out then; what repeats
 * fails the run, since it would never end.
 */
public final class HttpExtractor implements RecordExtractor {

    private final HttpRecords spec;
    private final Map<String, String> environment;
    private final Tries tries;
    private final InstantSource clock;
    private final Path folder;
    private final Pages pages;

    /**
     * Connects at the extraction only.
     *
     * @param environment where {@code env:} secrets are looked up
     * @param tries asks for a page again
     * @param folder for one page at a time
     */
    public HttpExtractor(
            HttpRecords spec, Map<String, String> environment, Tries tries, InstantSource clock, Path folder) {
        this.spec = spec;
        this.environment = environment;
        this.tries = tries;
        this.clock = clock;
        this.folder = folder;
        int bound = spec.csv().maxRecordChars();
        this.pages = switch (spec.format()) {
            case JsonArray array -> new JsonPages(array.records(), bound);
            case JsonLines ignored -> new JsonLinePages(bound);
            case Csv ignored -> new CsvPages(spec.csv());
        };
    }

    @Override
    public String location() {
        return spec.location();
    }

    @Override
    public Extracted extract(RecordSink sink) {
        Greatest greatest = new Greatest(spec.watermark(), spec.since(), location());
        NamedRecords records = new NamedRecords(sink, greatest, location());
        try (PageClient client = new PageClient(spec, environment, tries, clock)) {
            new Walk(client, records).walk(first(greatest));
        }
        return new Extracted(greatest.value());
    }

    private URI first(Greatest greatest) {
        URI first;
        try {
            first = URI.create(spec.resolvedUrl(environment).strip());
        } catch (IllegalArgumentException e) {
            // Its message would repeat the address.
            throw Refusal.failed("Cannot read %s: it is no address. Correct it.".formatted(location()));
        }
        boolean http = "http".equalsIgnoreCase(first.getScheme()) || "https".equalsIgnoreCase(first.getScheme());
        if (!http || first.getHost() == null) {
            throw Refusal.failed("Cannot read %s: it is no address that begins with https:// or http://. Correct it."
                    .formatted(location()));
        }

        Watermark watermark = spec.watermark();
        String from = greatest.from();
        return watermark == null || from == null ? first : Address.with(first, watermark.parameter(), from);
    }

    /** One way through all pages. */
    private final class Walk {

        private final PageClient client;
        private final NamedRecords records;
        private final Set<String> asked = new HashSet<>();
        private final Set<String> seen = new HashSet<>();
        private final long deadline = System.nanoTime() + spec.limits().time().toNanos();
        private long bytes;
        private long before;

        Walk(PageClient client, NamedRecords records) {
            this.client = client;
            this.records = records;
        }

        void walk(URI first) {
            URI base = first;
            @Nullable URI next = numbered(first, 0);
            for (int number = 1; next != null; number++) {
                if (number > spec.limits().pages()) {
                    throw Refusal.failed(
                            "LIMIT_PASSED",
                            "Cannot read %s: it has more than limits.pages (%,d). Raise the limit, or ask for larger pages."
                                    .formatted(location(), spec.limits().pages()));
                }
                if (!asked.add(next.toString())) {
                    throw repeats("it names a page that was read already");
                }
                PageClient.Page page = page(next);
                next = following(page, base, number);
            }
        }

        private PageClient.Page page(URI address) {
            MemberPath path = pathOfNext();
            PageClient.Page page = client.page(
                    address, folder, spec.limits().bytes() - bytes, deadline, file -> pages.check(file, path));
            bytes += page.size();
            if (page.content().records() > 0 && !seen.add(page.hash())) {
                throw repeats("it sends a page that was read already");
            }
            try {
                if (page.size() > 0) {
                    pages.take(page.file(), records);
                }
            } catch (IOException | PageBroken e) {
                throw Refusal.failed(
                        "Cannot read %s: a page that has come cannot be read (%s). Start it again."
                                .formatted(location(), e.getMessage()),
                        e);
            }
            before += page.content().records();
            return page;
        }

        private @Nullable MemberPath pathOfNext() {
            return switch (spec.paging()) {
                case ByLink link -> link.path();
                case ByCursor cursor -> cursor.path();
                default -> null;
            };
        }

        /** The address of the first page of those that are numbered. */
        private URI numbered(URI base, int read) {
            return switch (spec.paging()) {
                case ByPage page -> Address.with(base, page.parameter(), Integer.toString(page.first() + read));
                case ByOffset offset -> Address.with(base, offset.parameter(), Long.toString(before));
                default -> base;
            };
        }

        private @Nullable URI following(PageClient.Page page, URI base, int read) {
            return switch (spec.paging()) {
                case NoPaging ignored -> null;
                case ByLink link -> {
                    Optional<String> target = link.path() == null
                            ? Address.next(page.links())
                            : Optional.ofNullable(page.content().next());
                    yield target.map(text -> client.onSameHost(text, page.address()))
                            .orElse(null);
                }
                case ByCursor cursor -> {
                    String value = page.content().next();
                    yield value == null ? null : Address.with(base, cursor.parameter(), value);
                }
                case ByPage numbers -> isLast(page, numbers.size()) ? null : numbered(base, read);
                case ByOffset offset -> isLast(page, offset.size()) ? null : numbered(base, read);
            };
        }

        private static boolean isLast(PageClient.Page page, @Nullable Integer size) {
            return page.content().records() < (size == null ? 1 : size);
        }

        private Refusal repeats(String reason) {
            return Refusal.failed(
                    "PAGES_REPEAT",
                    "Cannot read %s: %s, so that it would never end. Correct paging in the job file, or ask its owner."
                            .formatted(location(), reason));
        }
    }

    @Override
    public void close() {
        // holds nothing open between calls
    }
}
