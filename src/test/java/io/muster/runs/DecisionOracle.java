package io.muster.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What decisions ought to be: the rules of docs/frequency.md and docs/intercepts.md applied to the rows of a database, one
 * after the other and as plainly as they are written there. It shares no class with what it judges. Public ids and the
 * conditions of segments are told to it.
 */
final class DecisionOracle {

    /** Nothing holds the contact back. */
    static final long ALWAYS = Long.MIN_VALUE;

    /** The contact may never be contacted. */
    static final long NEVER = Long.MAX_VALUE;

    private static final Set<String> PLACEHOLDERS = Set.of("unknown", "null", "undefined", "0", "extref");
    private static final int WHOLE = 10_000;

    private final JdbcClient jdbc;
    private final LongFunction<String> projectId;
    private final LongFunction<String> interceptId;
    private final Map<String, Set<Long>> members = new HashMap<>();
    private final Map<Long, String> segmentIds = new HashMap<>();
    private final Map<String, int[]> shuffles = new HashMap<>();
    private final Map<String, JsonNode> read = new HashMap<>();

    /**
     * What is asked.
     *
     * @param unusable projects whose contacts cannot be read
     * @param intercepts those asked about; empty for all
     * @param draw of the page, or else of the server
     */
    record Question(
            long at,
            List<Long> projects,
            Set<Long> unusable,
            @Nullable String reference,
            @Nullable String signature,
            List<String> intercepts,
            @Nullable String url,
            @Nullable String device,
            int draw) {

        /** The same at another moment. */
        Question at(long moment) {
            return new Question(moment, projects, unusable, reference, signature, intercepts, url, device, draw);
        }
    }

    /**
     * One decision.
     *
     * @param segments of the target; empty when the contact was not looked up
     * @param nextEligible when it is later than the moment asked about
     */
    record Verdict(String intercept, boolean show, String reason, Map<String, Boolean> segments, long nextEligible) {}

    /** How the visitor stands: {@code contact} is null for one whom the directory does not know. */
    private record Visitor(boolean reference, @Nullable Long contact) {}

    private record Project(
            long id,
            boolean active,
            @Nullable Integer directory,
            @Nullable String secret) {}

    private record Intercept(long id, Project project, long createdAt, boolean active, JsonNode settings) {

        @Nullable
        String text(String key) {
            JsonNode value = settings.get(key);
            return value == null || value.isNull() ? null : value.asString();
        }

        @Nullable
        Long number(String key) {
            JsonNode value = settings.get(key);
            return value == null || value.isNull() ? null : Long.valueOf(value.asLong());
        }

        boolean is(String key) {
            return settings.required(key).booleanValue();
        }
    }

    private record Contact(int directory, long number) {}

    private record Rule(
            int directory,
            @Nullable String survey,
            @Nullable Long segment,
            @Nullable Long list,
            boolean always,
            @Nullable String max,
            @Nullable String per,
            @Nullable String gap) {}

    /** A touchpoint that counts; a reservation ends. */
    private record Event(long at, @Nullable String survey, long recordedAt, long end) {}

    private record Reservation(long at, @Nullable String survey, long end, long knownUntil) {}

    /** At most so many in a window, of one survey or of all. */
    private record Limit(int most, long window, @Nullable String survey) {}

    DecisionOracle(JdbcClient jdbc, LongFunction<String> projectId, LongFunction<String> interceptId) {
        this.jdbc = jdbc;
        this.projectId = projectId;
        this.interceptId = interceptId;
    }

    /** A segment was rebuilt and published: its members are now those who meet the condition, as SQL. */
    void published(int directory, long segment, String id, String condition) {
        segmentIds.put(segment, id);
        members.put(
                id,
                new HashSet<>(jdbc.sql("SELECT number FROM contact c WHERE directory_id = ? AND " + condition)
                        .param(directory)
                        .query(Long.class)
                        .list()));
    }

    /** All rows as they are now. */
    Rows read() {
        return new Rows();
    }

    /** The rows of one moment. */
    final class Rows {

        private final Map<Long, Project> projects = new HashMap<>();
        private final List<Intercept> intercepts = new ArrayList<>();
        private final Map<Integer, Map<String, Long>> references = new HashMap<>();
        private final List<Rule> rules;
        private final Map<Contact, List<Event>> touchpoints = new HashMap<>();
        private final Map<Contact, List<Reservation>> reservations = new HashMap<>();

        private Rows() {
            boolean off = jdbc.sql("SELECT intercepts_paused FROM installation")
                    .query(Boolean.class)
                    .single();
            jdbc.sql("SELECT id, applied, paused, signing_secret FROM project WHERE applied IS NOT NULL")
                    .query(row -> {
                        JsonNode applied = json(row.getString(2));
                        JsonNode directory = applied.get("directory");
                        projects.put(
                                row.getLong(1),
                                new Project(
                                        row.getLong(1),
                                        !off && !row.getBoolean(3),
                                        directory == null || directory.isNull() ? null : directory.asInt(),
                                        applied.required("signing").booleanValue() ? row.getString(4) : null));
                    });
            jdbc.sql("SELECT id, project_id, created_at, active, applied FROM intercept WHERE applied IS NOT NULL")
                    .query(row -> {
                        Project project = projects.get(row.getLong(2));
                        if (project != null) {
                            intercepts.add(new Intercept(
                                    row.getLong(1),
                                    project,
                                    row.getLong(3),
                                    row.getBoolean(4),
                                    json(row.getString(5))));
                        }
                    });
            intercepts.sort(Comparator.comparingLong(Intercept::createdAt).thenComparingLong(Intercept::id));
            // An alias gives way to a contact's own reference.
            jdbc.sql("SELECT directory_id, ext_ref, number FROM contact_alias ORDER BY number")
                    .query(row -> {
                        reference(row.getInt(1), row.getString(2), row.getLong(3));
                    });
            jdbc.sql("SELECT directory_id, ext_ref, number FROM contact WHERE ext_ref IS NOT NULL")
                    .query(row -> {
                        reference(row.getInt(1), row.getString(2), row.getLong(3));
                    });
            rules = jdbc.sql("SELECT directory_id, survey, segment_id, list_id, always_allowed, max_times, max_per, gap"
                            + " FROM frequency_rule")
                    .query((row, index) -> new Rule(
                            row.getInt(1),
                            row.getString(2),
                            row.getObject(3, Long.class),
                            row.getObject(4, Long.class),
                            row.getBoolean(5),
                            row.getString(6),
                            row.getString(7),
                            row.getString(8)))
                    .list();
            jdbc.sql("SELECT directory_id, number, happened_at, survey, recorded_at FROM touchpoint"
                            + " WHERE kind IN ('shown', 'invite', 'sent') ORDER BY recorded_at")
                    .query(row -> {
                        touchpoints
                                .computeIfAbsent(contact(row.getInt(1), row.getLong(2)), one -> new ArrayList<>())
                                .add(new Event(row.getLong(3), row.getString(4), row.getLong(5), NEVER));
                    });
            jdbc.sql("SELECT directory_id, number, reserved_at, survey, ends_at, known_until FROM frequency_reservation"
                            + " ORDER BY id")
                    .query(row -> {
                        reservations
                                .computeIfAbsent(contact(row.getInt(1), row.getLong(2)), one -> new ArrayList<>())
                                .add(new Reservation(row.getLong(3), row.getString(4), row.getLong(5), row.getLong(6)));
                    });
        }

        private void reference(int directory, String reference, long number) {
            references.computeIfAbsent(directory, one -> new HashMap<>()).put(reference, number);
        }

        /** Dates of intercepts. */
        Set<Long> dates() {
            Set<Long> dates = new HashSet<>();
            for (Intercept intercept : intercepts) {
                Stream.of("starts", "ends")
                        .map(intercept::number)
                        .filter(Objects::nonNull)
                        .forEach(dates::add);
            }

            return dates;
        }

        /** Moments at which the windows of all end that is known to have happened. */
        Set<Long> ends() {
            Set<Long> ends = new HashSet<>();
            Stream.concat(touchpoints.keySet().stream(), reservations.keySet().stream())
                    .distinct()
                    .forEach(contact -> events(contact).forEach(event -> {
                        ends.add(event.end());
                        rules.forEach(rule -> Stream.of(maximum(rule, null), gap(rule, null))
                                .flatMap(List::stream)
                                .forEach(limit -> ends.add(event.at() + limit.window())));
                    }));
            ends.remove(NEVER);
            return ends;
        }

        /** References of contacts, each once. */
        List<String> references() {
            return references.values().stream()
                    .flatMap(one -> one.keySet().stream())
                    .distinct()
                    .sorted()
                    .toList();
        }

        /** Draws at which somebody without a reference is just not held out. */
        Set<Integer> holdOuts() {
            return intercepts.stream()
                    .mapToInt(intercept ->
                            intercept.settings().required("holdOut").intValue())
                    .filter(share -> share > 0 && share < WHOLE)
                    .boxed()
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** The decisions, the oldest intercept first. */
        List<Verdict> decide(Question question) {
            List<Verdict> verdicts = new ArrayList<>();
            boolean olderShown = false;
            for (Intercept intercept : intercepts) {
                String id = interceptId.apply(intercept.id());
                if (!question.projects().contains(intercept.project().id())
                        || !(question.intercepts().isEmpty()
                                || question.intercepts().contains(id))) {
                    continue;
                }

                Visitor visitor = visitor(question, intercept.project());
                String reason = reason(question, intercept, visitor, olderShown);
                boolean show = switch (reason) {
                    case "NOT_LINKED", "NO_REFERENCE", "ELIGIBLE" -> true;
                    case "UNAVAILABLE" -> "SHOW".equalsIgnoreCase(intercept.text("whenUnavailable"));
                    case "UNKNOWN_REFERENCE" -> "SHOW".equalsIgnoreCase(intercept.text("whenUnknown"));
                    default -> false;
                };
                olderShown |= show && isListBased(intercept);
                boolean lookedUp = visitor.contact() != null
                        && Set.of("NOT_TARGETED", "FREQUENCY", "OLDER_INTERCEPT", "ELIGIBLE")
                                .contains(reason);
                verdicts.add(new Verdict(
                        id,
                        show,
                        reason,
                        lookedUp ? segments(intercept, visitor) : Map.of(),
                        lookedUp ? later(nextEligible(intercept, visitor), question.at()) : ALWAYS));
            }

            return verdicts;
        }

        /** The lines of the table, in their order. */
        private String reason(Question question, Intercept intercept, Visitor visitor, boolean olderShown) {
            Project project = intercept.project();
            Long starts = intercept.number("starts");
            Long ends = intercept.number("ends");
            if (!project.active()
                    || !intercept.active()
                    || (starts != null && question.at() < starts)
                    || (ends != null && question.at() >= ends)) {
                return "INACTIVE";
            }

            if (isHeldOut(question, intercept, visitor) || !isSampled(question, intercept, visitor)) {
                return "NOT_SAMPLED";
            }

            String page = intercept.text("page");
            if (page != null && !holds(json(page), test -> isOnPage(test, question))) {
                return "PAGE";
            }

            JsonNode link = intercept.settings().get("link");
            if (project.directory() == null || (link != null && link.isBoolean() && !link.booleanValue())) {
                return "NOT_LINKED";
            }

            boolean unusable = question.unusable().contains(project.id());
            if (unusable && visitor.reference()) {
                return "UNAVAILABLE";
            }

            String target = intercept.text("target");
            boolean targeted = target == null || holds(json(target), test -> isMeant(test, visitor));
            if (!visitor.reference()) {
                return targeted ? "NO_REFERENCE" : "NOT_TARGETED";
            }

            if (visitor.contact() == null) {
                return "UNKNOWN_REFERENCE";
            }

            if (!targeted) {
                return "NOT_TARGETED";
            }

            if (nextEligible(intercept, visitor) > question.at()) {
                return "FREQUENCY";
            }

            return olderShown && isListBased(intercept) ? "OLDER_INTERCEPT" : "ELIGIBLE";
        }

        private Visitor visitor(Question question, Project project) {
            String reference = question.reference() == null ? "" : trim(question.reference());
            if (reference.isEmpty() || PLACEHOLDERS.contains(reference.toLowerCase(Locale.ROOT))) {
                return new Visitor(false, null);
            }

            boolean signed = project.secret() == null
                    || signature(project.secret(), reference).equals(question.signature());
            Integer directory = project.directory();
            boolean usable = directory != null && !question.unusable().contains(project.id());
            return new Visitor(
                    true,
                    signed && usable
                            ? references.getOrDefault(directory, Map.of()).get(reference)
                            : null);
        }

        private boolean isMeant(JsonNode test, Visitor visitor) {
            return isMember(test.required("segment").stringValue(), visitor.contact()) == test.has("is");
        }

        private Map<String, Boolean> segments(Intercept intercept, Visitor visitor) {
            Map<String, Boolean> segments = new TreeMap<>();
            String target = intercept.text("target");
            if (target != null) {
                for (JsonNode test : json(target).findParents("segment")) {
                    String segment = test.required("segment").stringValue();
                    segments.put(segment, isMember(segment, visitor.contact()));
                }
            }

            return segments;
        }

        private boolean isListBased(Intercept intercept) {
            String survey = intercept.text("survey");
            return intercept.is("listBased")
                    || rules.stream()
                            .anyMatch(rule -> rule.list() != null
                                    && Objects.equals(
                                            rule.directory(),
                                            intercept.project().directory())
                                    && survey != null
                                    && same(survey, rule.survey()));
        }

        private boolean isHeldOut(Question question, Intercept intercept, Visitor visitor) {
            long drawn = visitor.reference()
                    ? number(
                            question,
                            "hold-out",
                            projectId.apply(intercept.project().id()))
                    : question.draw();
            return drawn < Objects.requireNonNull(intercept.number("holdOut"));
        }

        private boolean isSampled(Question question, Intercept intercept, Visitor visitor) {
            String id = interceptId.apply(intercept.id());
            long drawn = visitor.reference()
                    ? number(question, "sample", id)
                    : shuffles.computeIfAbsent(id, DecisionOracle::shuffled)[question.draw()];
            return drawn < Objects.requireNonNull(intercept.number("sample"));
        }

        /** When the contact may see the intercept as far as the frequency rules go. */
        private long nextEligible(Intercept intercept, Visitor visitor) {
            if (!intercept.is("frequency")) {
                return ALWAYS;
            }

            int directory = Objects.requireNonNull(intercept.project().directory());
            long number = Objects.requireNonNull(visitor.contact());
            List<Event> events = events(new Contact(directory, number));
            return limits(directory, number, intercept.text("survey")).stream()
                    .mapToLong(limit -> end(limit, events))
                    .max()
                    .orElse(ALWAYS);
        }

        private List<Limit> limits(int directory, long number, @Nullable String survey) {
            List<Rule> holding = rules.stream()
                    .filter(rule -> rule.directory() == directory && rule.list() == null)
                    .filter(rule -> rule.segment() == null
                            || isMember(Objects.requireNonNull(segmentIds.get(rule.segment())), number))
                    .toList();
            List<Rule> general =
                    holding.stream().filter(rule -> rule.survey() == null).toList();
            List<Rule> own = holding.stream()
                    .filter(rule -> rule.survey() != null && same(rule.survey(), survey))
                    .toList();
            List<Limit> limits = new ArrayList<>();
            if (own.isEmpty()) {
                general.forEach(rule -> limits.addAll(maximum(rule, null)));
                general.forEach(rule -> limits.addAll(gap(rule, null)));
            }

            for (Rule rule : own) {
                if (!rule.always()) {
                    limits.addAll(maximum(rule, rule.survey()));
                    limits.addAll(gap(rule, rule.survey()));
                    if (rule.max() == null) {
                        general.forEach(other -> limits.addAll(maximum(other, null)));
                    }

                    if (rule.gap() == null) {
                        general.forEach(other -> limits.addAll(gap(other, null)));
                    }
                }
            }

            return limits;
        }

        /** What happened, and what is reserved unless something that happened took its place. */
        private List<Event> events(Contact contact) {
            List<Event> events = new ArrayList<>(touchpoints.getOrDefault(contact, List.of()));
            List<Reservation> standing = new ArrayList<>(reservations.getOrDefault(contact, List.of()));
            for (Event event : List.copyOf(events)) {
                standing.stream()
                        .filter(one -> event.recordedAt() > one.knownUntil()
                                && event.recordedAt() < one.end()
                                && same(event.survey(), one.survey()))
                        .findFirst()
                        .ifPresent(standing::remove);
            }

            standing.forEach(one -> events.add(new Event(one.at(), one.survey(), 0, one.end())));
            return events;
        }
    }

    /** The first moment from which on fewer than the limit allows are in its window. */
    private static long end(Limit limit, List<Event> events) {
        if (limit.most() == 0) {
            return NEVER;
        }

        List<Long> leaving = events.stream()
                .filter(event -> limit.survey() == null || same(limit.survey(), event.survey()))
                .map(event -> Math.min(event.at() + limit.window(), event.end()))
                .toList();
        return LongStream.concat(
                        LongStream.of(ALWAYS),
                        leaving.stream().mapToLong(Long::longValue).sorted())
                .filter(moment -> leaving.stream().filter(end -> end > moment).count() < limit.most())
                .findFirst()
                .orElseThrow();
    }

    private static List<Limit> maximum(Rule rule, @Nullable String survey) {
        if (rule.max() == null || rule.max().equals("none")) {
            return List.of();
        }

        return List.of(new Limit(Integer.parseInt(rule.max()), rule.per() == null ? 0 : millis(rule.per()), survey));
    }

    private static List<Limit> gap(Rule rule, @Nullable String survey) {
        return rule.gap() == null || rule.gap().equals("none")
                ? List.of()
                : List.of(new Limit(1, millis(rule.gap()), survey));
    }

    private static long millis(String period) {
        String unit = period.replaceAll("[0-9]", "");
        long seconds = switch (unit) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 60 * 60;
            case "d" -> 24 * 60 * 60;
            case "w" -> 7 * 24 * 60 * 60;
            case "mo" -> 30 * 24 * 60 * 60;
            default -> throw new IllegalArgumentException(period);
        };
        return Long.parseLong(period.replace(unit, "")) * seconds * 1_000;
    }

    private boolean isMember(String segment, @Nullable Long contact) {
        return contact != null && members.getOrDefault(segment, Set.of()).contains(contact);
    }

    private static Contact contact(int directory, long number) {
        return new Contact(directory, number);
    }

    private static boolean holds(JsonNode condition, Predicate<JsonNode> test) {
        if (condition.has("all")) {
            return parts(condition, "all").allMatch(part -> holds(part, test));
        }

        if (condition.has("any")) {
            return parts(condition, "any").anyMatch(part -> holds(part, test));
        }

        return condition.has("none")
                ? parts(condition, "none").noneMatch(part -> holds(part, test))
                : test.test(condition);
    }

    private static Stream<JsonNode> parts(JsonNode condition, String group) {
        return condition.required(group).valueStream();
    }

    private static boolean isOnPage(JsonNode test, Question question) {
        if (test.has("device")) {
            return test.required("device").stringValue().equals(question.device());
        }

        String url = question.url();
        JsonNode how = test.required("url");
        String operator = how.propertyNames().iterator().next();
        String value = how.required(operator).stringValue();
        return url != null
                && switch (operator) {
                    case "contains" -> url.contains(value);
                    case "startsWith" -> url.startsWith(value);
                    case "endsWith" -> url.endsWith(value);
                    case "is" -> url.equals(value);
                    case "matches" -> Pattern.matches(value, url);
                    default -> throw new IllegalArgumentException(operator);
                };
    }

    private static long later(long moment, long at) {
        return moment > at ? moment : ALWAYS;
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return (one == null || other == null) ? Objects.equals(one, other) : one.equalsIgnoreCase(other);
    }

    private JsonNode json(String text) {
        return read.computeIfAbsent(text, JsonMapper.shared()::readTree);
    }

    private static String trim(String text) {
        return text.replaceAll("^[\\s\\p{Z}\\uFEFF]+|[\\s\\p{Z}\\uFEFF]+$", "");
    }

    /** The number, 0 to 9999, of a reference for a project's hold-out or an intercept's sample. */
    private static long number(Question question, String what, String id) {
        return share(
                what, id, trim(Objects.requireNonNull(question.reference())).getBytes(UTF_8), WHOLE);
    }

    /** The number of each draw: the order in which a shuffle that begins with nothing puts them. */
    private static int[] shuffled(String id) {
        int[] numbers = new int[WHOLE];
        for (int i = 0; i < WHOLE; i++) {
            byte[] index = {(byte) i, (byte) (i >> 8), 0, 0};
            int other = (int) share("sample", id, index, i + 1);
            numbers[i] = numbers[other];
            numbers[other] = i;
        }

        return numbers;
    }

    private static long share(String what, String id, byte[] bytes, int of) {
        return new BigInteger(Long.toUnsignedString(sipHash(key(what, id), bytes)))
                .multiply(BigInteger.valueOf(of))
                .shiftRight(64)
                .longValueExact();
    }

    /** The first half of the SHA-256 of the two texts, each behind its length. */
    private static ByteBuffer key(String what, String id) {
        ByteBuffer texts = ByteBuffer.allocate(200)
                .putInt(what.length())
                .put(what.getBytes(UTF_8))
                .putInt(id.length())
                .put(id.getBytes(UTF_8))
                .flip();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(texts);
            return ByteBuffer.wrap(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SipHash-2-4, written from its paper. */
    private static long sipHash(ByteBuffer key, byte[] message) {
        long k0 = key.getLong(0);
        long k1 = key.getLong(8);
        long[] v = {
            k0 ^ 0x736f6d6570736575L, k1 ^ 0x646f72616e646f6dL, k0 ^ 0x6c7967656e657261L, k1 ^ 0x7465646279746573L
        };
        ByteBuffer padded = ByteBuffer.allocate((message.length / 8 + 1) * 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(message);
        padded.put(padded.capacity() - 1, (byte) message.length).rewind();
        while (padded.hasRemaining()) {
            long word = padded.getLong();
            v[3] ^= word;
            round(v);
            round(v);
            v[0] ^= word;
        }

        v[2] ^= 0xff;
        for (int i = 0; i < 4; i++) {
            round(v);
        }

        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void round(long[] v) {
        v[0] += v[1];
        v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
        v[0] = Long.rotateLeft(v[0], 32);
        v[2] += v[3];
        v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
        v[2] = Long.rotateLeft(v[2], 32);
    }

    /** The signature of a reference under a secret. */
    static String signature(String secret, String reference) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(trim(reference).getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
