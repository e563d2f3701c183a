package io.muster.segment.members;

import io.muster.segment.Segment;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The members of segments as readers see them: some at a time, or all as a stream. */
public final class SegmentMembers {

    /** The most members of one page. */
    public static final int MOST = 10_000;

    private final Ids ids;
    private final JdbcClient jdbc;
    private final MemberReader reader;
    private final TransactionTemplate snapshot;

    /** How members are written. */
    public enum Format {
        /** RFC 4180 with a header: contactId, extRef. */
        CSV,
        /** One JSON object per line. */
        JSONL
    }

    /** Reads from that database. */
    public SegmentMembers(JdbcClient jdbc, PlatformTransactionManager transactions, Ids ids) {
        this.ids = ids;
        this.jdbc = jdbc;
        this.reader = new MemberReader(jdbc, ids);
        this.snapshot = new TransactionTemplate(transactions);
        // A version that is replaced and removed meanwhile is still there in the snapshot.
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
        snapshot.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * One page of members.
     *
     * @param after what the page before gave as next; null for the first
     * @param most 1 to {@value #MOST}
     */
    public MemberPage page(Segment segment, @Nullable String after, int most) {
        if (most < 1 || most > MOST) {
            throw Refusal.invalid(
                    "PAGE_TOO_LARGE",
                    "Cannot list " + most + " members at once: from 1 to " + MOST
                            + " are possible. Ask for fewer, page by page, or export them.");
        }

        long from = after == null ? 0 : number(segment, after);
        List<Member> members = new ArrayList<>();
        try {
            Optional<Long> version = inSnapshot(() -> {
                Optional<Long> published = reader.published(segment.number());
                if (published.isPresent()) {
                    reader.read(segment.directory(), segment.number(), published.get(), from, (number, member) -> {
                        members.add(member);
                        return members.size() <= most;
                    });
                }

                return published;
            });
            boolean more = members.size() > most;
            List<Member> page = more ? members.subList(0, most) : members;
            return new MemberPage(
                    version.orElse(null), page, more ? page.getLast().contactId() : null);
        } catch (IOException e) {
            throw new IllegalStateException("A list in memory cannot fail", e);
        }
    }

    /**
     * Numbers of members of one version, so that all pages of a list are about one moment.
     *
     * @param version the version that the page before was of; null for the one that readers see now
     * @param after 0 for the first page
     * @return empty when that version is not kept any more
     */
    public Optional<MembersOfVersion> ofVersion(Segment segment, @Nullable Long version, long after, int most) {
        List<Long> numbers = new ArrayList<>();
        try {
            return inSnapshot(() -> {
                Optional<Long> published = reader.published(segment.number());
                if (version == null && published.isEmpty()) {
                    return Optional.of(new MembersOfVersion(null, List.of()));
                }

                long wanted = version == null ? published.orElseThrow() : version;
                if (!published.equals(Optional.of(wanted)) && !reader.isKept(segment, wanted)) {
                    return Optional.empty();
                }

                reader.read(segment.directory(), segment.number(), wanted, after, (number, member) -> {
                    numbers.add(number);
                    return numbers.size() < most;
                });
                return Optional.of(new MembersOfVersion(wanted, numbers));
            });
        } catch (IOException e) {
            throw new IllegalStateException("A list in memory cannot fail", e);
        }
    }

    /**
     * Some members of a version.
     *
     * @param version null while the segment was never rebuilt
     */
    public record MembersOfVersion(@Nullable Long version, List<Long> numbers) {

        /** Copies the numbers. */
        public MembersOfVersion {
            numbers = List.copyOf(numbers);
        }
    }

    private long number(Segment segment, String contact) {
        OptionalLong id = ids.read(PublicId.CONTACT, contact);
        if (id.isEmpty() || PublicId.directoryOf(id.getAsLong()) != segment.directory()) {
            throw Refusal.invalid(
                    "INVALID_PAGE",
                    "Cannot go on behind '" + contact
                            + "': it is no contact of the segment's directory. Give what the page before gave as next.");
        }

        return PublicId.numberOf(id.getAsLong());
    }

    /**
     * Writes all members and leaves the stream open.
     *
     * @return how many were written
     */
    public long write(Segment segment, Format format, OutputStream out) throws IOException {
        MemberWriter writer = new MemberWriter(format, out);
        long[] written = new long[1];
        inSnapshot(() -> {
            Optional<Long> published = reader.published(segment.number());
            if (published.isEmpty()) {
                throw neverRebuilt("Cannot write", segment);
            }

            writer.begin();
            reader.read(segment.directory(), segment.number(), published.get(), 0, (number, member) -> {
                writer.write(member);
                written[0]++;
                return true;
            });
            return published;
        });
        writer.finish();
        return written[0];
    }

    /** Hands out all members that readers see, in the order of the contacts' making. */
    public void forEach(Segment segment, Consumer<Member> sink) {
        try {
            var ignored = inSnapshot(() -> {
                Optional<Long> published = reader.published(segment.number());
                if (published.isEmpty()) {
                    throw neverRebuilt("Cannot write", segment);
                }

                reader.read(segment.directory(), segment.number(), published.get(), 0, (number, member) -> {
                    sink.accept(member);
                    return true;
                });
                return published;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who is a member, by number; all members are read at once, some bytes a thousand. */
    public PublishedMembers published(Segment segment) {
        NavigableMap<Integer, RoaringBitmap> blocks = new TreeMap<>();
        snapshot.executeWithoutResult(status -> {
            PublishedBlocks published = PublishedBlocks.of(jdbc, segment.directory(), List.of(segment.number()));
            if (published.versions().isEmpty()) {
                throw neverRebuilt("Cannot use", segment);
            }

            published
                    .blocks(jdbc, segment.number())
                    .forEach(block -> blocks.put(block, published.members(jdbc, segment.number(), block)));
        });
        return new PublishedMembers(blocks);
    }

    private static Refusal neverRebuilt(String doing, Segment segment) {
        return Refusal.conflict(
                "NEVER_REBUILT",
                doing + " the members of the segment " + segment.called()
                        + ": it was never rebuilt. Rebuild it first.");
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Carries an exception out of a callback that may throw none. */
    private static final class Failure {
        private @Nullable IOException cause;
    }

    private <T> Optional<T> inSnapshot(Reading<Optional<T>> reading) throws IOException {
        Failure failure = new Failure();
        Optional<T> result = Objects.requireNonNull(snapshot.execute(status -> {
            try {
                return reading.read();
            } catch (IOException e) {
                failure.cause = e;
                return Optional.<T>empty();
            }
        }));
        IOException cause = failure.cause;
        if (cause != null) {
            throw cause;
        }

        return result;
    }
}
