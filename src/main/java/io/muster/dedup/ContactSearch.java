package io.muster.dedup;

import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldRules;
import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import io.muster.directory.Profile;
import io.muster.directory.Verdict;
import io.muster.directory.store.ContactColumns;
import io.muster.directory.store.Contacts;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds contacts by one value. A search by mailbox, reference or phone number goes through the keys of an active rule of
 * that field alone where the directory has one; every other search reads the contacts in the order of their numbers,
 * some at a time.
 */
public final class ContactSearch {

    private static final String BY_KEY = """
        SELECT number FROM claim WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        UNION
        SELECT number FROM claim_shadow WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        """;

    private static final String BY_REFERENCE = """
        SELECT number FROM contact WHERE directory_id = :directory AND ext_ref = :text
        UNION
        SELECT number FROM contact_alias WHERE directory_id = :directory AND ext_ref = :text
        """;

    private static final String BY_PHONE =
            "SELECT number FROM contact WHERE directory_id = :directory AND number > :after AND phone = :text"
                    + " ORDER BY number LIMIT :limit";

    private static final String NAMES = """
        SELECT number, first_name, last_name FROM contact
        WHERE directory_id = :directory AND number BETWEEN :from AND :to
        ORDER BY number
        """;

    private static final String VALUES = """
        SELECT number, %s, NULL FROM contact
        WHERE directory_id = :directory AND number BETWEEN :from AND :to
        ORDER BY number
        """;

    private static final String REFERENCES = """
        SELECT number, ext_ref, NULL FROM contact
        WHERE directory_id = :directory AND number BETWEEN :from AND :to
        UNION ALL
        SELECT number, NULL, ext_ref FROM contact_alias
        WHERE directory_id = :directory AND number BETWEEN :from AND :to AND ext_ref = :text
        """;

    private static final String EVERYTHING = """
        SELECT number, CONCAT_WS('\n', first_name, last_name, email, phone, ext_ref, language), embedded FROM contact
        WHERE directory_id = :directory AND number BETWEEN :from AND :to
        ORDER BY number
        """;

    private static final int WINDOW = 32_768;

    private final JdbcClient jdbc;
    private final Contacts contacts;
    private final IdentityRules rules;

    private record Texts(
            long number, @Nullable String first, @Nullable String second) {}

    /**
     * Some of what a search that reads all contacts finds.
     *
     * @param found numbers, in order
     * @param readTo contacts up to this number have been read
     * @param read how many contacts were read for it
     * @param isEnd whether no contact is left to be read
     */
    public record Part(List<Long> found, long readTo, long read, boolean isEnd) {

        /** Copies the numbers. */
        public Part {
            found = List.copyOf(found);
        }
    }

    /** What is read of each contact, and which of them are wanted. */
    private record Scan(String statement, Predicate<Texts> wanted) {}

    /** Searches that database. */
    public ContactSearch(JdbcClient jdbc, Contacts contacts, IdentityRules rules) {
        this.jdbc = jdbc;
        this.contacts = contacts;
        this.rules = rules;
    }

    /**
     * The contacts found, in number order.
     *
     * @param limit how many at most, at least 1
     */
    public List<Contact> find(Directory directory, ContactQuery query, int limit) {
        return find(directory, query, 0, limit);
    }

    /**
     * Whether a search goes through the keys of a rule; else it reads all contacts until it has found enough.
     */
    public boolean isIndexed(Directory directory, ContactQuery query) {
        return switch (query) {
            case ContactQuery.Email email -> byKey(directory, ContactField.EMAIL, email.text()) != null;
            case ContactQuery.Reference reference -> byKey(directory, ContactField.EXT_REF, reference.text()) != null;
            case ContactQuery.Phone phone -> byKey(directory, ContactField.PHONE, phone.text()) != null;
            default -> false;
        };
    }

    /**
     * The contacts found with a greater number, in number order.
     *
     * @param after 0 for all
     * @param limit how many at most, at least 1
     */
    public List<Contact> find(Directory directory, ContactQuery query, long after, int limit) {
        String text = text(query);
        Collection<Long> numbers = switch (query) {
            case ContactQuery.Email ignored -> byEmail(directory, text, after, limit);
            case ContactQuery.Reference ignored -> byReference(directory, text);
            case ContactQuery.Phone ignored -> byPhone(directory, text, after, limit);
            default -> scan(directory, scan(directory, query, text), after, limit);
        };
        return contacts.byNumbers(
                directory.number(),
                new TreeSet<>(numbers)
                        .stream().filter(number -> number > after).limit(limit).toList());
    }

    /**
     * Reads a window of contacts with greater numbers, whatever it finds: a search that goes through no key is made of such
     * parts.
     */
    public Part read(Directory directory, ContactQuery query, long after) {
        String text = text(query);
        Scan scan = scan(directory, query, text);
        OptionalLong from = contacts.next(directory.number(), after + 1);
        if (from.isEmpty()) {
            return new Part(List.of(), after, 0, true);
        }

        long last = from.getAsLong() + WINDOW - 1;
        List<Texts> rows = window(directory, scan, text, from.getAsLong(), last);
        return new Part(
                rows.stream()
                        .filter(scan.wanted())
                        .map(Texts::number)
                        .distinct()
                        .sorted()
                        .toList(),
                last,
                rows.size(),
                contacts.next(directory.number(), last + 1).isEmpty());
    }

    private static String text(ContactQuery query) {
        String text = Fold.trim(query.text());
        if (text.isEmpty()) {
            throw Refusal.invalid(
                    "BLANK_SEARCH",
                    "Cannot search for a blank value: every contact without one would be found."
                            + " Give a value to look for.");
        }

        return text;
    }

    private Collection<Long> byEmail(Directory directory, String text, long after, int limit) {
        List<Long> byKey = byKey(directory, ContactField.EMAIL, text);
        if (byKey != null) {
            return byKey;
        }

        return scan(directory, scan(directory, new ContactQuery.Email(text), text), after, limit);
    }

    private Collection<Long> byReference(Directory directory, String text) {
        List<Long> byKey = byKey(directory, ContactField.EXT_REF, text);
        return byKey != null
                ? byKey
                : jdbc.sql(BY_REFERENCE)
                        .param("directory", directory.number())
                        .param("text", text)
                        .query(Long.class)
                        .list();
    }

    private Collection<Long> byPhone(Directory directory, String text, long after, int limit) {
        String phone = phone(directory, text);
        List<Long> byKey = byKey(directory, ContactField.PHONE, phone);
        return byKey != null
                ? byKey
                : jdbc.sql(BY_PHONE)
                        .param("directory", directory.number())
                        .param("after", after)
                        .param("text", phone)
                        .param("limit", limit)
                        .query(Long.class)
                        .list();
    }

    private static String phone(Directory directory, String text) {
        return switch (new FieldRules(directory.settings().region()).judge(ContactField.PHONE, text)) {
            case Verdict.Valid valid -> valid.value();
            case Verdict.Invalid invalid ->
                throw Refusal.invalid(
                        "INVALID_PHONE", "Cannot search for that phone number: it is none. " + invalid.reason());
            case Verdict.Blank blank -> text;
        };
    }

    private static Scan scan(Directory directory, ContactQuery query, String text) {
        String folded = Fold.fold(text);
        return switch (query) {
            case ContactQuery.Email ignored -> emails(text);
            case ContactQuery.Reference ignored ->
                new Scan(REFERENCES, row -> text.equals(row.first()) || text.equals(row.second()));
            case ContactQuery.Phone ignored -> {
                String phone = phone(directory, text);
                yield new Scan(VALUES.formatted("phone"), row -> phone.equals(row.first()));
            }
            case ContactQuery.Name ignored -> names(folded);
            case ContactQuery.Field field ->
                new Scan(
                        VALUES.formatted(ContactColumns.of(field.field())),
                        row -> row.first() != null
                                && (field.field() == ContactField.EXT_REF
                                        ? text.equals(row.first())
                                        : folded.equals(Fold.fold(row.first()))));
            case ContactQuery.Embedded embedded -> embedded(Fold.fold(Fold.trim(embedded.name())), folded);
            case ContactQuery.Anywhere ignored ->
                new Scan(
                        EVERYTHING,
                        row -> Fold.fold(String.valueOf(row.first())).contains(folded)
                                || EmbeddedJson.read(row.second()).values().stream()
                                        .anyMatch(value -> Fold.fold(value).contains(folded)));
        };
    }

    private static Scan emails(String text) {
        KeyMaker equality =
                keys(new IdentityRule(1, List.of(ContactField.EMAIL.key()), IdentityRule.State.ACTIVE), List.of());
        IdentityKey wanted = equality.key(0, values(ContactField.EMAIL, text));
        return new Scan(
                VALUES.formatted("email"),
                row -> row.first() != null
                        && Objects.equals(wanted, equality.key(0, values(ContactField.EMAIL, row.first()))));
    }

    private static Scan names(String folded) {
        String[] words = folded.split("\\s+", -1);
        return new Scan(NAMES, row -> {
            String first = row.first() == null ? "" : Fold.fold(row.first());
            String last = row.second() == null ? "" : Fold.fold(row.second());
            for (String word : words) {
                if (!first.contains(word) && !last.contains(word)) {
                    return false;
                }
            }

            return true;
        });
    }

    private static Scan embedded(String foldedName, String folded) {
        return new Scan(
                VALUES.formatted("embedded"),
                row -> EmbeddedJson.read(row.first()).entrySet().stream()
                        .anyMatch(value -> Fold.fold(value.getKey()).equals(foldedName)
                                && Fold.fold(value.getValue()).equals(folded)));
    }

    /** Whoever holds the key of that value, owner or not; null when the directory keeps no such key. */
    private @Nullable List<Long> byKey(Directory directory, ContactField field, String text) {
        for (IdentityRule rule : rules.of(directory.number())) {
            if (rule.state() == IdentityRule.State.ACTIVE && rule.fields().equals(List.of(field.key()))) {
                IdentityKey key =
                        keys(rule, directory.settings().placeholders()).key(0, values(field, text));
                return key == null
                        ? null
                        : jdbc.sql(BY_KEY)
                                .param("directory", directory.number())
                                .param("rule", rule.id())
                                .param("key", key.bytes())
                                .query(Long.class)
                                .list();
            }
        }

        return null;
    }

    private List<Long> scan(Directory directory, Scan scan, long after, int limit) {
        List<Long> found = new ArrayList<>();
        OptionalLong from = contacts.next(directory.number(), after + 1);
        while (from.isPresent() && found.size() < limit) {
            long last = from.getAsLong() + WINDOW - 1;
            window(directory, scan, "", from.getAsLong(), last).stream()
                    .filter(scan.wanted())
                    .forEach(row -> found.add(row.number()));
            from = contacts.next(directory.number(), last + 1);
        }

        return found;
    }

    private List<Texts> window(Directory directory, Scan scan, String text, long from, long to) {
        JdbcClient.StatementSpec statement = jdbc.sql(scan.statement())
                .param("directory", directory.number())
                .param("from", from)
                .param("to", to);
        return (scan.statement().equals(REFERENCES) ? statement.param("text", text) : statement)
                .query((row, index) -> new Texts(row.getLong(1), row.getString(2), row.getString(3)))
                .list();
    }

    private static KeyMaker keys(IdentityRule rule, List<String> placeholders) {
        return new KeyMaker(List.of(rule), UnaryOperator.identity(), placeholders);
    }

    private static FieldValues values(ContactField field, String value) {
        return new Profile(Map.of(field, value), new TreeMap<>(), false);
    }
}
