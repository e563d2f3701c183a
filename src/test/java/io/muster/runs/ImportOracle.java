package io.muster.runs;

import io.muster.directory.FieldPolicy;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.load.RowOutcome.Kind;
import io.muster.load.TakenAway;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What an import must come to, told naively: rows are applied one by one in file order to contacts in memory. Written
 * from the product page, not from the code. Values are keyed as in rules: {@code email}, {@code embedded.plan}.
 */
@NullUnmarked // its maps hold what it put into them
final class ImportOracle {

    /** A rule's field such as {@code firstName:exact}. */
    private record Field(String name, boolean exact) {
        static Field of(String text) {
            int at = text.indexOf(':');
            String name = at < 0 ? text : text.substring(0, at);
            String how = at < 0 ? "" : text.substring(at + 1);
            return new Field(
                    name.toLowerCase(Locale.ROOT), name.equals("extRef") ? !how.equals("folded") : how.equals("exact"));
        }
    }

    /** A contact. */
    static final class Contact {
        final long number;
        final SortedMap<String, String> values = new TreeMap<>();
        final Set<String> aliases = new TreeSet<>();
        final List<String> transactions = new ArrayList<>();
        final Set<String> transactionIds = new HashSet<>();
        final List<String> touchpoints = new ArrayList<>();
        final Set<String> touchpointKeys = new HashSet<>();
        // Who spoke last of a value or its absence, and what each source said of it last.
        final Map<String, Statement> holders = new HashMap<>();
        final Map<String, Map<String, Long>> said = new HashMap<>();
        boolean optedOut;

        /** Null when it is no member of the list. */
        @Nullable
        Boolean optedOutOfList;

        final SortedMap<String, String> listData = new TreeMap<>();

        Contact(long number) {
            this.number = number;
        }

        @Override
        public String toString() {
            List<String> sorted = new ArrayList<>(transactions);
            sorted.sort(null);
            List<String> touched = new ArrayList<>(touchpoints);
            touched.sort(null);
            return number + " " + values + (optedOut ? " opted out" : "")
                    + (optedOutOfList == null ? "" : optedOutOfList ? " opted out of list" : " in list")
                    + (listData.isEmpty() ? "" : " " + listData)
                    + (aliases.isEmpty() ? "" : " also " + aliases)
                    + (sorted.isEmpty() ? "" : " " + sorted)
                    + (touched.isEmpty() ? "" : " touched " + touched);
        }
    }

    /** Who said something as of when; no source for an edit. */
    record Statement(@Nullable String source, long asOf) {}

    static final String OPT_OUT = "opt-out";
    static final long NO_AS_OF = Long.MIN_VALUE;

    /** How rows are read and applied. */
    record Task(
            ImportMode mode,
            boolean hasList,
            boolean falseLifts,
            boolean dropInvalidEmail,
            Map<String, FieldPolicy> policies,
            Set<String> nullTokens,
            Set<String> placeholders,
            boolean protectReference,
            String source,
            boolean hasAsOf,
            List<String> order,
            Extras extras) {

        boolean looksAtRecency() {
            return hasAsOf || !order.isEmpty();
        }

        int rank(String other) {
            return order.contains(other) ? order.indexOf(other) : order.size();
        }
    }

    /**
     * What else a mapping says.
     *
     * @param constants values by target
     * @param plans the value map of the plan
     * @param region in which phone numbers are read; null for none
     * @param required targets that a row must have
     * @param skips whether a row that lacks one is skipped rather than rejected
     */
    record Extras(
            Map<String, String> constants,
            Map<String, String> plans,
            @Nullable String region,
            Set<String> required,
            boolean skips) {

        static final Extras NONE = new Extras(Map.of(), Map.of(), null, Set.of(), false);
    }

    /** A row: cells by column; null for a row with too few cells. */
    record Row(@Nullable Map<String, String> cells) {}

    private static final Map<String, String> HEADERS = Map.of(
            "FirstName", "firstname",
            "LastName", "lastname",
            "Email", "email",
            "ExternalDataReference", "extref",
            "Language", "language",
            "Phone", "phone");

    private static final Set<String> ACTIONS = Set.of("", "upsert", "leave-list", "opt-out", "delete");

    private final List<List<Field>> rules = new ArrayList<>();
    final SortedMap<Long, Contact> contacts = new TreeMap<>();
    final Map<String, Long> contentKeys = new HashMap<>();
    final Map<String, Long> owners = new HashMap<>();
    private final Set<String> transactionIds = new HashSet<>();
    // What is recorded for a contact and content: how often, in the fullest file so far.
    private final Map<String, Integer> recorded = new HashMap<>();
    private final Set<String> touchpointKeys = new HashSet<>();
    long nextNumber = 1;

    /** Of the last file: what its rows took away. */
    TakenAway takenAway = TakenAway.NONE;

    ImportOracle(List<List<String>> rules) {
        rules.forEach(rule -> this.rules.add(rule.stream().map(Field::of).toList()));
    }

    /** Applies a file; the outcomes of its rows. */
    List<Kind> apply(List<Row> rows, Task task) {
        takenAway = TakenAway.NONE;
        List<Kind> outcomes = new ArrayList<>();
        Map<String, Integer> contentSeen = new HashMap<>();
        Map<String, Integer> transactionsSeen = new HashMap<>();
        for (Row row : rows) {
            outcomes.add(apply(row, task, contentSeen, transactionsSeen));
        }

        return outcomes;
    }

    private Kind apply(Row row, Task task, Map<String, Integer> contentSeen, Map<String, Integer> transactionsSeen) {
        Map<String, String> cells = row.cells();
        if (cells == null) {
            return Kind.REJECTED;
        }

        Map<String, String> said = new TreeMap<>();
        cells.forEach((column, cell) -> {
            String value = cell.strip();
            said.put(column, task.nullTokens().contains(value.toLowerCase(Locale.ROOT)) ? "" : value);
        });
        boolean blank = said.values().stream().allMatch(String::isEmpty);
        if (blank) {
            return Kind.SKIPPED;
        }

        cells.forEach((column, cell) -> {
            String mapped =
                    column.equalsIgnoreCase("plan") ? task.extras().plans().get(cell.strip()) : null;
            if (mapped != null) {
                said.put(column, task.nullTokens().contains(mapped.toLowerCase(Locale.ROOT)) ? "" : mapped);
            }
        });
        String action = said.getOrDefault("Do", "").toLowerCase(Locale.ROOT);
        if (!ACTIONS.contains(action)) {
            return Kind.REJECTED;
        }

        SortedMap<String, String> values = new TreeMap<>();
        Set<String> blanks = new TreeSet<>();
        Boolean optOut = null;
        for (Map.Entry<String, String> cell : said.entrySet()) {
            String value = cell.getValue();
            if (cell.getKey().equals("Do") || cell.getKey().equals("Note")) {
                continue;
            }

            if (cell.getKey().startsWith("Touch")) {
                if (cell.getKey().equals("TouchKind") && value.equals("bad")) {
                    return Kind.REJECTED;
                }
            } else if (cell.getKey().equals("Unsubscribed")) {
                if (task.mode() == ImportMode.EVENTS_ONLY) {
                    continue;
                }

                switch (value.toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "1" -> optOut = true;
                    case "false", "no", "0" -> optOut = task.falseLifts() ? false : null;
                    case "" -> {}
                    default -> {
                        return Kind.REJECTED;
                    }
                }
            } else if (!cell.getKey().startsWith("Order") && !cell.getKey().equals("Seen")) {
                String header = HEADERS.get(cell.getKey());
                String target =
                        header != null ? header : "embedded." + cell.getKey().toLowerCase(Locale.ROOT);
                if (task.mode() == ImportMode.EVENTS_ONLY && !target.equals("extref") && !isOfARule(target)) {
                    continue;
                }

                if (value.isEmpty()) {
                    blanks.add(target);
                } else if (target.equals("email") && !value.contains("@")) {
                    if (!task.dropInvalidEmail()) {
                        return Kind.REJECTED;
                    }
                } else {
                    values.put(
                            target,
                            target.equals("phone") ? phone(value, task.extras().region()) : value);
                }
            }
        }

        task.extras().constants().forEach((target, value) -> {
            if (values.putIfAbsent(target, value) == null) {
                blanks.remove(target);
            }
        });
        String seen = said.getOrDefault("Seen", "");
        long asOf = seen.isEmpty()
                ? NO_AS_OF
                : LocalDate.parse(seen).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        if (!action.isEmpty() && !action.equals("upsert")) {
            return takeAway(action, values, asOf, task);
        }

        if (!values.keySet().containsAll(task.extras().required())) {
            return task.extras().skips() ? Kind.SKIPPED : Kind.REJECTED;
        }

        String id = said.getOrDefault("OrderId", "");
        String date = said.getOrDefault("OrderDate", "");
        String amount = said.getOrDefault("OrderAmount", "");
        if (date.isEmpty() && !(id.isEmpty() && amount.isEmpty())) {
            return Kind.REJECTED;
        }

        String touchTime = said.getOrDefault("TouchTime", "");
        String touchKind = said.getOrDefault("TouchKind", "");
        String touchKey = said.getOrDefault("TouchKey", "");
        boolean touches = !touchTime.isEmpty() || !touchKind.isEmpty() || !touchKey.isEmpty();
        if (touches && (touchTime.isEmpty() || touchKind.isEmpty())) {
            return Kind.REJECTED;
        }

        boolean eventsOnly = task.mode() == ImportMode.EVENTS_ONLY;
        String content = null;
        if (!eventsOnly && rules.stream().allMatch(rule -> key(rule, values, task) == null)) {
            String first = values.toString();
            content = first + "#" + contentSeen.merge(first, 1, Integer::sum);
        }

        Contact found = content != null ? byNumber(contentKeys.get(content)) : match(values, task);
        if ((found == null && task.mode() == ImportMode.UPDATE_ONLY)
                || (found != null && task.mode() == ImportMode.CREATE_ONLY)) {
            return Kind.SKIPPED;
        }

        if (found == null && eventsOnly) {
            return Kind.REJECTED;
        }

        if (found != null && !eventsOnly && task.looksAtRecency()) {
            Contact known = found;
            values.keySet().removeIf(target -> counts(known, target, true, task) && isLate(known, target, asOf, task));
            blanks.removeIf(target -> counts(known, target, false, task) && isLate(known, target, asOf, task));
            optOut = (!task.hasList() && isLate(found, OPT_OUT, asOf, task)) ? null : optOut;
        }

        Contact contact = found != null ? found : new Contact(nextNumber);
        Contact after = found != null ? changed(found, values, blanks, task) : changed(contact, values, Set.of(), null);
        if (found != null && !eventsOnly && takesReference(found, after, task)) {
            return Kind.REJECTED;
        }

        String before = contact.toString();
        if (found == null) {
            nextNumber++;
            contacts.put(contact.number, contact);
            if (content != null) {
                contentKeys.put(content, contact.number);
            }
        }

        if (!eventsOnly) {
            note(contact, after, found == null, values, blanks, task.hasList() ? null : optOut, asOf, task);
            move(contact, after.values, task);
        }

        if (eventsOnly) {
            optOut = null;
        } else if (task.hasList()) {
            Boolean old = contact.optedOutOfList;
            contact.optedOutOfList = optOut != null ? optOut : old != null && old;
            String note = said.getOrDefault("Note", "");
            if (!note.isEmpty()) {
                contact.listData.put("note", note);
            }
        } else if (optOut != null) {
            contact.optedOut = optOut;
        }

        if (!date.isEmpty()) {
            record(contact, task.source(), id, date + " " + amount, transactionsSeen);
        }

        if (touches) {
            touch(
                    contact,
                    task.source(),
                    touchKey,
                    "touched " + touchTime + " " + touchKind.toLowerCase(Locale.ROOT),
                    transactionsSeen);
        }

        return found == null ? Kind.CREATED : before.equals(contact.toString()) ? Kind.UNCHANGED : Kind.UPDATED;
    }

    /** As given, or in international form where that can be read. */
    private static String phone(String value, @Nullable String region) {
        return value.startsWith("+") || "DE".equals(region) ? "+4930901820" : value;
    }

    private Kind takeAway(String action, Map<String, String> values, long asOf, Task task) {
        if (task.mode() == ImportMode.CREATE_ONLY) {
            return Kind.SKIPPED;
        }

        if ((action.equals("leave-list") && !task.hasList())
                || rules.stream().allMatch(rule -> key(rule, values, task) == null)) {
            return Kind.REJECTED;
        }

        Contact contact = match(values, task);
        if (contact == null) {
            return task.mode() == ImportMode.UPDATE_ONLY ? Kind.SKIPPED : Kind.UNCHANGED;
        }

        switch (action) {
            case "leave-list" -> {
                if (contact.optedOutOfList == null) {
                    return Kind.UNCHANGED;
                }

                contact.optedOutOfList = null;
                contact.listData.clear();
                takenAway = takenAway.plus(new TakenAway(1, 0, 0));
            }
            case "opt-out" -> {
                boolean member = contact.optedOutOfList != null;
                if (task.hasList() && (!member || contact.optedOutOfList)) {
                    return Kind.UNCHANGED;
                }

                if (!task.hasList() && task.looksAtRecency() && isLate(contact, OPT_OUT, asOf, task)) {
                    return Kind.UNCHANGED;
                }

                if (!task.hasList() && contact.optedOut) {
                    if (task.looksAtRecency() && moves(contact, OPT_OUT, asOf, task)) {
                        spoke(contact, OPT_OUT, asOf, task);
                    }

                    return Kind.UNCHANGED;
                }

                if (task.hasList()) {
                    contact.optedOutOfList = true;
                } else {
                    contact.optedOut = true;
                    spoke(contact, OPT_OUT, asOf, task);
                }

                takenAway = takenAway.plus(new TakenAway(0, 1, 0));
            }
            default -> {
                Set<String> known = new TreeSet<>(contact.values.keySet());
                known.add(OPT_OUT);
                if (task.looksAtRecency() && known.stream().anyMatch(target -> isLate(contact, target, asOf, task))) {
                    return Kind.UNCHANGED;
                }

                delete(contact, task);
                takenAway = takenAway.plus(new TakenAway(0, 0, 1));
            }
        }

        return Kind.UPDATED;
    }

    private void delete(Contact contact, Task task) {
        contacts.remove(contact.number);
        contentKeys.values().removeIf(number -> number == contact.number);
        forgetTransactions(contact);
        for (String key : keys(contact, task)) {
            if (owners.get(key) == contact.number) {
                owners.remove(key);
                handOn(key, contact, task);
            }
        }
    }

    /** Whether what a row says of a value has an effect under the policies. */
    private static boolean counts(Contact contact, String target, boolean hasValue, Task task) {
        FieldPolicy policy = policy(target, task);
        return hasValue
                ? policy == FieldPolicy.OVERWRITE
                        || policy == FieldPolicy.CLEAR_ON_BLANK
                        || (policy == FieldPolicy.FILL_IF_EMPTY && !contact.values.containsKey(target))
                : policy == FieldPolicy.CLEAR_ON_BLANK;
    }

    private static @Nullable Long own(Contact contact, String target, Task task) {
        return contact.said.getOrDefault(task.source(), Map.of()).get(target);
    }

    /** Whether a source of higher precedence, a newer row of the same source or a newer edit has spoken. */
    private static boolean isLate(Contact contact, String target, long asOf, Task task) {
        Statement holder = contact.holders.get(target);
        if (holder != null && holder.source() != null && task.rank(holder.source()) < task.rank(task.source())) {
            return true;
        }

        Long own = own(contact, target, task);
        return task.hasAsOf()
                && ((holder != null && holder.source() == null && asOf < holder.asOf()) || (own != null && asOf < own));
    }

    /** Whether saying again what is so already makes it newer, or of higher precedence. */
    private static boolean moves(Contact contact, String target, long asOf, Task task) {
        Statement holder = contact.holders.get(target);
        Long own = own(contact, target, task);
        return (holder != null && holder.source() != null && task.rank(holder.source()) > task.rank(task.source()))
                || (task.hasAsOf() && asOf != NO_AS_OF && (own == null || asOf > own));
    }

    private static void spoke(Contact contact, String target, long asOf, Task task) {
        long moment = task.hasAsOf() ? asOf : NO_AS_OF;
        contact.holders.put(target, new Statement(task.source(), moment));
        contact.said.computeIfAbsent(task.source(), absent -> new HashMap<>()).put(target, moment);
    }

    private void note(
            Contact before,
            Contact after,
            boolean isNew,
            Map<String, String> values,
            Set<String> blanks,
            @Nullable Boolean optOut,
            long asOf,
            Task task) {
        Set<String> set = new TreeSet<>();
        Set<String> targets = new TreeSet<>(before.values.keySet());
        targets.addAll(after.values.keySet());
        targets.stream()
                .filter(target -> isNew || !Objects.equals(before.values.get(target), after.values.get(target)))
                .forEach(set::add);
        if (task.looksAtRecency()) {
            values.forEach((target, value) -> {
                if (value.equals(after.values.get(target))
                        && counts(before, target, true, task)
                        && moves(before, target, asOf, task)) {
                    set.add(target);
                }
            });
            blanks.stream()
                    .filter(target -> !after.values.containsKey(target)
                            && counts(before, target, false, task)
                            && (isNew || moves(before, target, asOf, task)))
                    .forEach(set::add);
        }

        if (optOut != null && (isNew ? optOut || task.looksAtRecency() : optOut != before.optedOut)) {
            set.add(OPT_OUT);
        } else if (optOut != null && task.looksAtRecency() && moves(before, OPT_OUT, asOf, task)) {
            set.add(OPT_OUT);
        }

        set.forEach(target -> spoke(before, target, asOf, task));
    }

    /** Each source counts its ids, and its records without one, by itself. */
    private void record(Contact contact, String source, String id, String content, Map<String, Integer> seen) {
        if (!id.isEmpty()) {
            if (transactionIds.add(source + " " + id)) {
                contact.transactionIds.add(source + " " + id);
                contact.transactions.add(content);
            }

            return;
        }

        String key = contact.number + " " + source + " " + content;
        if (seen.merge(key, 1, Integer::sum) > recorded.getOrDefault(key, 0)) {
            recorded.merge(key, 1, Integer::sum);
            contact.transactions.add(content);
        }
    }

    private void touch(Contact contact, String source, String id, String content, Map<String, Integer> seen) {
        if (!id.isEmpty()) {
            if (touchpointKeys.add(source + " " + id)) {
                contact.touchpointKeys.add(source + " " + id);
                contact.touchpoints.add(content);
            }

            return;
        }

        String key = contact.number + " " + source + " " + content;
        if (seen.merge(key, 1, Integer::sum) > recorded.getOrDefault(key, 0)) {
            recorded.merge(key, 1, Integer::sum);
            contact.touchpoints.add(content);
        }
    }

    private boolean isOfARule(String target) {
        return rules.stream()
                .flatMap(List::stream)
                .anyMatch(field -> field.name().equals(target));
    }

    private @Nullable Contact byNumber(@Nullable Long number) {
        return number == null ? null : contacts.get(number);
    }

    private @Nullable Contact match(Map<String, String> values, Task task) {
        String reference = values.get("extref");
        for (List<Field> rule : rules) {
            String key = key(rule, values, task);
            Contact contact = key == null ? null : byNumber(owners.get(key));
            if (contact == null) {
                continue;
            }

            String own = contact.values.get("extref");
            boolean guarded = task.protectReference()
                    && !ofReferenceAlone(rule)
                    && reference != null
                    && own != null
                    && !own.equals(reference)
                    && !contact.aliases.contains(reference);
            if (!guarded) {
                return contact;
            }
        }

        return null;
    }

    private Contact changed(Contact old, Map<String, String> values, Set<String> blanks, @Nullable Task task) {
        Contact after = new Contact(old.number);
        after.values.putAll(old.values);
        after.aliases.addAll(old.aliases);
        values.forEach((target, value) -> {
            boolean alias =
                    target.equals("extref") && !value.equals(old.values.get(target)) && isAlias(old, value, task);
            if (!alias) {
                FieldPolicy policy = policy(target, task);
                if (policy == FieldPolicy.OVERWRITE || policy == FieldPolicy.CLEAR_ON_BLANK) {
                    after.values.put(target, value);
                } else if (policy == FieldPolicy.FILL_IF_EMPTY) {
                    after.values.putIfAbsent(target, value);
                }
            }
        });
        for (String target : blanks) {
            if (policy(target, task) == FieldPolicy.CLEAR_ON_BLANK) {
                after.values.remove(target);
            }
        }

        return after;
    }

    private boolean isAlias(Contact contact, String reference, @Nullable Task task) {
        return contact.aliases.contains(reference)
                || rules.stream()
                        .filter(ImportOracle::ofReferenceAlone)
                        .anyMatch(rule -> contact.aliases.stream()
                                .anyMatch(alias -> task != null
                                        && key(rule, Map.of("extref", alias), task)
                                                .equals(key(rule, Map.of("extref", reference), task))));
    }

    private static FieldPolicy policy(String target, @Nullable Task task) {
        return task == null ? FieldPolicy.OVERWRITE : task.policies().getOrDefault(target, FieldPolicy.OVERWRITE);
    }

    private boolean takesReference(Contact old, Contact after, Task task) {
        Set<String> held = keys(old, task);
        for (List<Field> rule : rules) {
            String key = ofReferenceAlone(rule) ? key(rule, after.values, task) : null;
            Long owner = key == null || held.contains(key) ? null : owners.get(key);
            if (owner != null && owner != old.number) {
                return true;
            }
        }

        return false;
    }

    /** Gives a contact values; keys it gives up go to the oldest other holder. */
    void move(Contact contact, Map<String, String> values, Task task) {
        Set<String> before = contact.values.isEmpty() && contact.aliases.isEmpty() ? Set.of() : keys(contact, task);
        Map<String, String> taken = new TreeMap<>(values);
        contact.values.clear();
        contact.values.putAll(taken);
        Set<String> after = keys(contact, task);
        for (String key : before) {
            if (!after.contains(key) && owners.get(key) == contact.number) {
                owners.remove(key);
                handOn(key, contact, task);
            }
        }

        after.forEach(key -> owners.putIfAbsent(key, contact.number));
    }

    /** The oldest other holder of a key that is given up owns it from then on. */
    private void handOn(String key, Contact from, Task task) {
        contacts.values().stream()
                .filter(other -> other != from && keys(other, task).contains(key))
                .findFirst()
                .ifPresent(next -> owners.put(key, next.number));
    }

    /** Every key the contact holds. */
    Set<String> keys(Contact contact, Task task) {
        Set<String> keys = new TreeSet<>();
        for (List<Field> rule : rules) {
            String key = key(rule, contact.values, task);
            if (key != null) {
                keys.add(key);
            }

            if (ofReferenceAlone(rule)) {
                contact.aliases.forEach(alias -> keys.add(key(rule, Map.of("extref", alias), task)));
            }
        }

        return keys;
    }

    private static boolean ofReferenceAlone(List<Field> rule) {
        return rule.size() == 1 && rule.getFirst().name().equals("extref");
    }

    private @Nullable String key(List<Field> rule, Map<String, String> values, Task task) {
        StringBuilder key = new StringBuilder().append(rules.indexOf(rule));
        for (Field field : rule) {
            String value = values.get(field.name());
            if (value == null || task.placeholders().contains(value.toLowerCase(Locale.ROOT))) {
                return null;
            }

            key.append('|').append(field.exact() ? value : value.toLowerCase(Locale.ROOT));
        }

        return key.toString();
    }

    /** The key of a contact under the rule at a place. */
    Optional<String> ownOf(Contact contact, int place, Task task) {
        return Optional.ofNullable(key(rules.get(place), contact.values, task));
    }

    /** Transactions of a contact that was deleted are recorded again when they come again. */
    void forgetTransactions(Contact gone) {
        recorded.keySet().removeIf(key -> key.startsWith(gone.number + " "));
        gone.transactionIds.forEach(transactionIds::remove);
        gone.touchpointKeys.forEach(touchpointKeys::remove);
    }

    /** What hung on a contact before hangs on the one that stands for it now. */
    void unite(Contact before, Contact now) {
        now.transactions.addAll(before.transactions);
        now.transactionIds.addAll(before.transactionIds);
        now.touchpoints.addAll(before.touchpoints);
        now.touchpointKeys.addAll(before.touchpointKeys);
        if (before.number != now.number) {
            String mine = before.number + " ";
            for (String key : Set.copyOf(recorded.keySet())) {
                if (key.startsWith(mine)) {
                    int times = recorded.remove(key);
                    recorded.merge(now.number + " " + key.substring(mine.length()), times, Integer::sum);
                }
            }
        }
    }
}
