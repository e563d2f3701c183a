package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.resolve.DirectoryViews;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Origin;
import io.muster.directory.store.LineageRuns;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.BulkWriting;
import io.muster.load.JournalReader;
import io.muster.load.OutcomeCounts;
import io.muster.load.RowOutcome;
import io.muster.load.RowOutcome.Kind;
import io.muster.load.TakenAway;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Random small files, full of rows that mean the same contact, against a naive oracle that applies them row by row.
 * Portions are so small that every file makes many blocks. The repetition is the seed.
 */
@NullUnmarked // what the oracle holds of a contact is there
class ImportOracleJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<List<String>> RULES = List.of(
            List.of("extRef"),
            List.of("extRef", "email,lastName"),
            List.of("email,lastName", "extRef"),
            List.of("email"),
            List.of("email", "firstName:exact"),
            List.of("extRef", "email", "embedded.plan"),
            List.of("embedded.plan"),
            List.of(),
            List.of("lastName,firstName", "extRef"),
            List.of("extRef:folded", "email"),
            List.of("email:exact", "extRef"),
            List.of("phone", "email"));

    private static final Map<String, String> HEADERS = Map.of(
            "extRef", "ExternalDataReference",
            "email", "Email",
            "firstName", "FirstName",
            "lastName", "LastName",
            "phone", "Phone",
            "embedded.plan", "plan");

    private static final Map<String, List<String>> ALPHABET = alphabet();
    private static final long FIRST_SEEN = 1_709_251_200_000L; // 2024-03-01
    private static final Map<String, Long> TARGETS = Map.of(
            "firstname",
            Lineage.key(ContactField.FIRST_NAME),
            "lastname",
            Lineage.key(ContactField.LAST_NAME),
            "phone",
            Lineage.key(ContactField.PHONE),
            "email",
            Lineage.key(ContactField.EMAIL),
            "extref",
            Lineage.key(ContactField.EXT_REF),
            "language",
            Lineage.key(ContactField.LANGUAGE),
            "embedded.plan",
            Lineage.key("plan"),
            "embedded.city",
            Lineage.key("City"),
            ImportOracle.OPT_OUT,
            Lineage.OPT_OUT);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};

    @TempDir
    private static Path folder;

    private static ImportFixture imports;
    private final JdbcClient jdbc = database.jdbc();

    private static Map<String, List<String>> alphabet() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("FirstName", List.of("Ada", "ada", "Bo"));
        values.put("LastName", List.of("Ray", "RAY", "Sol", "unknown"));
        values.put("Email", List.of("a@x.org", "A@X.ORG", "b@x.org", "bad"));
        values.put("ExternalDataReference", List.of("R1", "r1", "R2", "R3"));
        values.put("Language", List.of("EN", "DE"));
        values.put("Unsubscribed", List.of("true", "no", "1", "maybe"));
        values.put("plan", List.of("gold", "Gold", "silver", "g"));
        values.put("Phone", List.of("+49 30 901820", "030 901820"));
        values.put("Do", List.of("upsert", "delete", "opt-out", "Leave-List", "fly"));
        values.put("Note", List.of("first", "second"));
        values.put("City", List.of("Rome", "N/A"));
        values.put("OrderDate", List.of("2024-01-01", "2024-01-02"));
        values.put("OrderAmount", List.of("10", "20"));
        values.put("OrderId", List.of("o1", "o2", "o3"));
        values.put("TouchTime", List.of("2024-02-01", "2024-02-02"));
        values.put("TouchKind", List.of("sent", "SHOWN", "bad"));
        values.put("TouchKey", List.of("k1", "k2", "k3"));
        values.put("Seen", List.of("2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04"));
        return values;
    }

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** One random try. */
    private final class Try {
        private final Random random;
        private final List<String> rules;
        private final DirectoryFixture directory;
        private final ImportOracle oracle;
        private final int list;
        private final Set<String> placeholders;
        private final boolean protectReference;
        private final List<String> order;
        private final MovableClock clock = new MovableClock();
        private final Map<String, FieldPolicy> policies = new HashMap<>();
        private ImportOracle.Extras extras = ImportOracle.Extras.NONE;
        private final ContactEdits edits;
        private final Duplicates duplicates;
        private final StringBuilder story = new StringBuilder();

        Try(long seed) {
            random = new Random(seed * 7_919);
            rules = RULES.get((int) (seed % RULES.size()));
            directory = DirectoryFixture.create(jdbc, rules.toArray(String[]::new));
            oracle = new ImportOracle(
                    rules.stream().map(rule -> List.of(rule.split(","))).toList());
            list = directory.addList("Members");
            placeholders = random.nextInt(4) == 0 ? Set.of("unknown") : Set.of();
            protectReference = random.nextInt(4) == 0;
            order = random.nextInt(3) == 0 ? List.of("crm", "shop") : List.of();
            if (random.nextInt(2) == 0) {
                for (String target : List.of("email", "lastName", "extRef", "embedded.plan", "embedded.City")) {
                    policies.put(target, any(random, FieldPolicy.values()));
                }
            }

            directory.settings(JSON.writeValueAsString(
                    Map.of("placeholders", placeholders, "protectReference", protectReference, "sources", order)));
            edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
            duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
            story.append("rules ").append(rules).append(", policies ").append(policies);
            story.append(protectReference ? ", references protected" : "");
            story.append(order.isEmpty() ? "" : ", sources " + order);
        }

        private static <T> T any(Random random, T[] values) {
            return values[random.nextInt(values.length)];
        }

        void importAFile() {
            ImportMode mode = random.nextInt(3) > 0 ? ImportMode.UPSERT : any(random, ImportMode.values());
            boolean hasList = mode != ImportMode.EVENTS_ONLY && random.nextInt(3) > 0;
            boolean newList = hasList && random.nextInt(4) == 0;
            boolean falseLifts = random.nextBoolean();
            boolean drop = random.nextInt(3) == 0;
            Set<String> nullTokens = random.nextBoolean() ? Set.of("n/a", "unknown") : Set.of();
            Map<String, FieldPolicy> oraclePolicies = new HashMap<>();
            policies.forEach((target, policy) -> oraclePolicies.put(target.toLowerCase(Locale.ROOT), policy));
            String source = any(random, new String[] {"crm", "shop", "fair"});
            List<String> columns = columns(mode);
            extras = extras(mode, columns);
            ImportOracle.Task task = new ImportOracle.Task(
                    mode,
                    hasList,
                    falseLifts,
                    drop,
                    oraclePolicies,
                    nullTokens,
                    placeholders,
                    protectReference,
                    source,
                    columns.contains("Seen"),
                    order,
                    extras);
            List<ImportOracle.Row> rows = rows(columns);
            String text = text(columns, rows);
            ImportTuning pace = new ImportTuning(
                    random.nextBoolean() ? 1 : 8,
                    1 + random.nextInt(5),
                    1 + random.nextInt(7),
                    random.nextBoolean() ? 0 : KeyMemory.DEFAULT_BYTES,
                    random.nextBoolean() ? 1 : DirectoryViews.LEAST_ROWS,
                    random.nextBoolean() ? BulkWriting.INSERTS : null);
            story.append("\n\n")
                    .append(task)
                    .append(newList ? " into a new list" : "")
                    .append('\n')
                    .append(text);
            ImportSpec spec = ImportFixture.spec(
                    directory.id(),
                    told -> told.mode(mode)
                            .source(source)
                            .list(
                                    !hasList
                                            ? new ListTarget.None()
                                            : newList
                                                    ? new ListTarget.NewPerRun("L {run}")
                                                    : new ListTarget.Existing("Members"))
                            .mapping(mapping(columns))
                            .policies(policies)
                            .nullTokens(List.copyOf(nullTokens))
                            .region(extras.region())
                            .invalid(drop ? Map.of("email", ImportSpec.OnInvalid.DROP) : Map.of())
                            .optOut(falseLifts ? ImportSpec.OptOut.FALSE_LIFTS : ImportSpec.OptOut.NEVER_LIFT));
            Map<Long, Boolean> members = new HashMap<>();
            Map<Long, Map<String, String>> data = new HashMap<>();
            if (newList) {
                oracle.contacts.values().forEach(contact -> {
                    members.put(contact.number, contact.optedOutOfList);
                    data.put(contact.number, Map.copyOf(contact.listData));
                    contact.optedOutOfList = null;
                    contact.listData.clear();
                });
            }

            List<Kind> expected = oracle.apply(rows, task);
            Path file = imports.file(text);
            Run run = imports.load(file, spec, pace);
            int joined = newList ? newList(run) : list;
            assertThat(run.status()).as("%s%n%s", story, run.reason()).isEqualTo(RunStatus.COMPLETED);
            assertThat(outcomes(run, expected.size()))
                    .as("outcomes of%n%s", story)
                    .isEqualTo(settled(expected));
            assertThat(run.imported().counts())
                    .as("counts of%n%s", story)
                    .isEqualTo(counts(expected, oracle.takenAway));
            assertThat(actual(joined))
                    .as("contacts after%n%s", story)
                    .isEqualTo(oracle.contacts.values().toString());
            assertThat(new IdentityInvariant(jdbc).violations(directory.id()))
                    .as("invariant after%n%s", story)
                    .isEmpty();
            assertThat(owners()).as("owners after%n%s", story).isEqualTo(new TreeMap<>(oracle.owners));
            if (newList) {
                oracle.contacts.values().forEach(contact -> {
                    contact.optedOutOfList = members.get(contact.number);
                    contact.listData.clear();
                    contact.listData.putAll(data.getOrDefault(contact.number, Map.of()));
                });
            }

            again(spec, file, expected, task, rows);
        }

        /** The same file again changes nothing the second time, wherever the rows lead to the same contacts. */
        private void again(
                ImportSpec spec, Path file, List<Kind> first, ImportOracle.Task task, List<ImportOracle.Row> rows) {
            if (random.nextInt(4) > 0 || spec.list() instanceof ListTarget.NewPerRun) {
                return;
            }

            story.append("\nthe same again");
            List<Kind> expected = oracle.apply(rows, task);
            assertThat(expected).hasSameSizeAs(first);
            Run run = imports.load(file, spec, ImportFixture.USUAL);
            assertThat(run.imported().counts())
                    .as("counts of%n%s", story)
                    .isEqualTo(counts(expected, oracle.takenAway));
            assertThat(actual(list))
                    .as("contacts after%n%s", story)
                    .isEqualTo(oracle.contacts.values().toString());
        }

        private int newList(Run run) {
            return jdbc.sql("SELECT COALESCE(MAX(id), 0) FROM mailing_list WHERE run_id = ?")
                    .param(run.number())
                    .query(Integer.class)
                    .single();
        }

        private List<String> columns(ImportMode mode) {
            List<String> columns = new ArrayList<>();
            boolean orders = random.nextInt(5) < 2;
            boolean touches = random.nextInt(5) < 2 || (mode == ImportMode.EVENTS_ONLY && !orders);
            for (String column : ALPHABET.keySet()) {
                if (column.equals("Seen")) {
                    continue;
                }

                boolean wanted = column.startsWith("Order")
                        ? orders
                        : column.startsWith("Touch")
                                ? touches
                                : column.equals("Do")
                                        ? mode != ImportMode.EVENTS_ONLY && random.nextInt(3) == 0
                                        : random.nextInt(5) > 0;
                if (wanted) {
                    columns.add(column.equals("plan") && random.nextBoolean() ? "PLAN" : column);
                }
            }

            if (columns.size() == (orders ? 3 : 0) + (touches ? 3 : 0)) {
                columns.add("LastName");
            }

            // A file that gives no field of a rule is refused.
            List<String> named = rules.stream()
                    .flatMap(rule -> Stream.of(rule.split(",")))
                    .map(field -> HEADERS.get(field.replaceFirst(":.*", "")))
                    .toList();
            if (!named.isEmpty()
                    && columns.stream().noneMatch(column -> named.contains(column.replace("PLAN", "plan")))) {
                columns.addFirst(named.getFirst());
            }

            if (random.nextBoolean()) {
                columns.add("Seen");
            }

            return columns;
        }

        private List<ImportOracle.Row> rows(List<String> columns) {
            List<ImportOracle.Row> rows = new ArrayList<>();
            int count = random.nextInt(25);
            for (int i = 0; i < count; i++) {
                if (!rows.isEmpty() && random.nextInt(6) == 0) {
                    rows.add(rows.get(random.nextInt(rows.size())));
                    continue;
                }

                Map<String, String> cells = new LinkedHashMap<>();
                int blank = random.nextInt(12) == 0 ? 1 : 3;
                for (String column : columns) {
                    List<String> values = ALPHABET.getOrDefault(column, ALPHABET.get("plan"));
                    boolean filled = switch (column) {
                        case "OrderDate" -> random.nextInt(8) > 0;
                        case "TouchTime", "TouchKind" -> random.nextInt(12) > 0;
                        case "OrderId", "TouchKey", "Do" -> random.nextInt(4) == 0;
                        case "Seen" -> random.nextInt(6) > 0;
                        default -> blank != 1 && random.nextInt(blank) > 0;
                    };
                    // Wrong values are rarer than right ones.
                    int pick = random.nextInt(values.size() * 4) % values.size();
                    if (pick == values.size() - 1 && random.nextInt(4) > 0) {
                        pick = 0;
                    }

                    cells.put(column, filled ? values.get(pick) : "");
                }

                rows.add(new ImportOracle.Row(random.nextInt(30) == 0 && columns.size() > 1 ? null : cells));
            }

            return rows;
        }

        private String text(List<String> columns, List<ImportOracle.Row> rows) {
            StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
            for (ImportOracle.Row row : rows) {
                Map<String, String> cells = row.cells();
                if (cells == null) {
                    text.append("ragged").append(",x".repeat(columns.size())).append('\n');
                } else if (columns.size() == 1) {
                    text.append('"').append(cells.get(columns.getFirst())).append("\"\n");
                } else {
                    text.append(String.join(",", cells.values())).append('\n');
                }
            }

            return text.toString();
        }

        private Mapping mapping(List<String> columns) {
            Map<String, Target> targets = new HashMap<>();
            if (columns.contains("OrderId")) {
                targets.put("OrderId", new Target.TransactionId());
                targets.put("OrderDate", new Target.TransactionDate());
                targets.put("OrderAmount", new Target.TransactionField("amount"));
            }

            if (columns.contains("Seen")) {
                targets.put("Seen", new Target.AsOf());
            }

            List<Mapping.Constant> constants = new ArrayList<>();
            if (columns.contains("TouchTime")) {
                targets.put("TouchTime", new Target.TouchpointPart(Target.TouchpointPart.Part.TIME));
                targets.put("TouchKind", new Target.TouchpointPart(Target.TouchpointPart.Part.KIND));
                targets.put("TouchKey", new Target.TouchpointPart(Target.TouchpointPart.Part.KEY));
                constants.add(
                        new Mapping.Constant(new Target.TouchpointPart(Target.TouchpointPart.Part.CHANNEL), "email"));
            }

            if (columns.contains("Do")) {
                targets.put("Do", new Target.Action());
            }

            if (columns.contains("Note")) {
                targets.put("Note", new Target.ListEmbedded("note"));
            }

            extras.constants().forEach((target, value) -> constants.add(new Mapping.Constant(target(target), value)));
            Map<String, Map<String, String>> maps = new HashMap<>();
            columns.stream()
                    .filter(column -> column.equalsIgnoreCase("plan"))
                    .forEach(plan -> maps.put(plan, extras.plans()));
            return new Mapping(
                    targets,
                    Mapping.Unmapped.EMBED,
                    constants,
                    maps,
                    null,
                    extras.required().stream().map(Try::target).toList(),
                    extras.skips() ? Mapping.OnMissing.SKIP : Mapping.OnMissing.REJECT);
        }

        /** A target as the oracle writes it. */
        private static Target target(String name) {
            return Target.parse(
                    switch (name) {
                        case "lastname" -> "lastName";
                        case "extref" -> "extRef";
                        default -> name;
                    });
        }

        private ImportOracle.Extras extras(ImportMode mode, List<String> columns) {
            Map<String, String> constants = new HashMap<>();
            if (random.nextInt(4) == 0) {
                constants.put("language", "DE");
            }

            if (random.nextInt(6) == 0) {
                constants.put("embedded.plan", "silver");
            }

            Set<String> required = new java.util.TreeSet<>();
            if (mode != ImportMode.EVENTS_ONLY && random.nextInt(3) == 0) {
                Map.of("lastname", "LastName", "email", "Email", "extref", "ExternalDataReference")
                        .forEach((target, column) -> {
                            if (columns.contains(column) && random.nextInt(2) == 0) {
                                required.add(target);
                            }
                        });
            }

            return new ImportOracle.Extras(
                    constants,
                    random.nextInt(3) == 0 ? Map.of("g", "gold", "N/A", "silver", "", "gold") : Map.of(),
                    random.nextBoolean() ? "DE" : null,
                    required,
                    random.nextBoolean());
        }

        /** Somebody edits, deletes, merges; the oracle looks at what came of it. */
        void changeOtherwise() {
            if (oracle.contacts.isEmpty()) {
                return;
            }

            List<Long> numbers = List.copyOf(oracle.contacts.keySet());
            for (int i = random.nextInt(4); i > 0; i--) {
                clock.set(FIRST_SEEN + random.nextInt(5) * 86_400_000L - 43_200_000L);
                long number = numbers.get(random.nextInt(numbers.size()));
                String email = random.nextBoolean() ? "a@x.org" : "b@x.org";
                String reference = ALPHABET.get("ExternalDataReference").get(random.nextInt(4));
                EditResult result = switch (random.nextInt(4)) {
                    case 0 -> edits.delete(directory.id(), number);
                    case 1 -> edits.update(directory.id(), number, change("email", email, "lastName", "Ray"));
                    case 2 -> edits.update(directory.id(), number, change("extRef", reference));
                    default -> edits.update(directory.id(), number, change("email", email, "embedded.plan", "gold"));
                };
                story.append("\nedit: ").append(result);
            }

            if (random.nextBoolean()) {
                MergeRun merging = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
                for (List<MergeRun.Step> steps = merging.mergeNext(3); !steps.isEmpty(); steps = merging.mergeNext(3)) {
                    story.append("\nmerged: ").append(steps);
                }
            }

            reload();
        }

        private void reload() {
            Map<Long, List<String>> orders = new HashMap<>();
            oracle.contacts.values().forEach(contact -> orders.put(contact.number, contact.transactions));
            Map<Long, ImportOracle.Contact> before = new HashMap<>(oracle.contacts);
            Map<Long, String> sources = new LineageRuns(jdbc).sources(directory.id());
            oracle.contacts.clear();
            oracle.owners.clear();
            jdbc.sql("SELECT * FROM contact WHERE directory_id = ?")
                    .param(directory.id())
                    .query((row, index) -> {
                        ImportOracle.Contact contact = new ImportOracle.Contact(row.getLong("number"));
                        values(contact, row.getString("first_name"), "firstname");
                        values(contact, row.getString("last_name"), "lastname");
                        values(contact, row.getString("email"), "email");
                        values(contact, row.getString("ext_ref"), "extref");
                        values(contact, row.getString("language"), "language");
                        values(contact, row.getString("phone"), "phone");
                        embedded(row.getString("embedded"))
                                .forEach((name, value) ->
                                        values(contact, value, "embedded." + name.toLowerCase(Locale.ROOT)));
                        contact.optedOut = row.getBoolean("unsubscribed");
                        statements(contact, Lineage.of(row.getBytes("lineage")), sources);
                        return oracle.contacts.put(contact.number, contact);
                    })
                    .list();
            jdbc.sql("SELECT number, ext_ref FROM contact_alias WHERE directory_id = ?")
                    .param(directory.id())
                    .query((row, index) ->
                            oracle.contacts.get(row.getLong(1)).aliases.add(row.getString(2)))
                    .list();
            jdbc.sql("SELECT number, unsubscribed, embedded FROM list_member WHERE list_id = ?")
                    .param(list)
                    .query((row, index) -> {
                        ImportOracle.Contact member = oracle.contacts.get(row.getLong(1));
                        member.optedOutOfList = row.getBoolean(2);
                        member.listData.putAll(embedded(row.getString(3)));
                        return index;
                    })
                    .list();
            before.forEach((number, old) -> {
                ImportOracle.Contact now = oracle.contacts.get(
                        duplicates.survivorOf(directory.id(), number).orElse(number));
                if (now == null) {
                    oracle.forgetTransactions(old);
                } else {
                    oracle.unite(old, now);
                }
            });
            oracle.contentKeys.replaceAll((key, number) ->
                    duplicates.survivorOf(directory.id(), number).orElse(number));
            oracle.contentKeys.values().retainAll(oracle.contacts.keySet());
            readOwners();
        }

        /** What edits and merges have left of what was said. */
        private void statements(ImportOracle.Contact contact, Lineage lineage, Map<Long, String> sources) {
            Set<String> targets = new java.util.TreeSet<>(contact.values.keySet());
            targets.addAll(TARGETS.keySet());
            for (String target : targets) {
                long key = target.startsWith("embedded.") ? Lineage.key(target.substring(9)) : TARGETS.get(target);
                boolean present =
                        target.equals(ImportOracle.OPT_OUT) ? contact.optedOut : contact.values.containsKey(target);
                Origin holder = lineage.origin(key, present);
                if (holder != null) {
                    String source = holder instanceof Origin.Row row ? sources.get(row.run()) : null;
                    contact.holders.put(target, new ImportOracle.Statement(source, holder.asOf()));
                }

                for (String source : Set.copyOf(sources.values())) {
                    Origin own = lineage.newest(
                            key,
                            present,
                            origin -> origin instanceof Origin.Row row && source.equals(sources.get(row.run())));
                    if (own != null) {
                        contact.said
                                .computeIfAbsent(source, absent -> new HashMap<>())
                                .put(target, own.asOf());
                    }
                }
            }
        }

        private void readOwners() {
            List<IdentityRule> stored =
                    imports.bean(io.muster.dedup.IdentityRules.class).of(directory.id());
            KeyMaker keys = keyMaker(stored);
            ImportOracle.Task task = plain();
            for (ImportOracle.Contact contact : oracle.contacts.values()) {
                for (int place = 0; place < stored.size(); place++) {
                    int at = place;
                    owner(keys.key(at, fieldValues(contact))).ifPresent(owner -> {
                        if (owner == contact.number) {
                            oracle.ownOf(contact, at, task).ifPresent(key -> oracle.owners.put(key, owner));
                        }
                    });
                    for (String alias : contact.aliases) {
                        IdentityKey key = keys.referenceKey(at, alias);
                        if (key != null && owner(key).orElse(0L) == contact.number) {
                            ImportOracle.Contact holder = new ImportOracle.Contact(contact.number);
                            holder.values.put("extref", alias);
                            oracle.ownOf(holder, at, task).ifPresent(text -> oracle.owners.put(text, contact.number));
                        }
                    }
                }
            }
        }

        private SortedMap<String, Long> owners() {
            SortedMap<String, Long> expected = new TreeMap<>(oracle.owners);
            oracle.owners.clear();
            readOwners();
            SortedMap<String, Long> owners = new TreeMap<>(oracle.owners);
            oracle.owners.clear();
            oracle.owners.putAll(expected);
            return owners;
        }

        private KeyMaker keyMaker(List<IdentityRule> stored) {
            return new KeyMaker(stored, name -> name, List.copyOf(placeholders));
        }

        private ImportOracle.Task plain() {
            return new ImportOracle.Task(
                    ImportMode.UPSERT,
                    false,
                    false,
                    false,
                    Map.of(),
                    Set.of(),
                    placeholders,
                    protectReference,
                    "",
                    false,
                    order,
                    extras);
        }

        private java.util.Optional<Long> owner(IdentityKey key) {
            return key == null
                    ? java.util.Optional.empty()
                    : jdbc.sql("SELECT number FROM claim WHERE directory_id = ? AND rule_id = ? AND key_hash = ?")
                            .params(directory.id(), key.rule(), key.bytes())
                            .query(Long.class)
                            .optional();
        }

        private String actual(int joined) {
            SortedMap<Long, ImportOracle.Contact> contacts = new TreeMap<>();
            SortedMap<Long, ImportOracle.Contact> kept = new TreeMap<>(oracle.contacts);
            jdbc.sql(
                            "SELECT c.*, m.unsubscribed AS list_out, m.embedded AS list_data, m.number AS member FROM contact c"
                                    + " LEFT JOIN list_member m ON m.directory_id = c.directory_id AND m.list_id = ?"
                                    + " AND m.number = c.number WHERE c.directory_id = ?")
                    .params(joined, directory.id())
                    .query((row, index) -> {
                        ImportOracle.Contact contact = new ImportOracle.Contact(row.getLong("number"));
                        values(contact, row.getString("first_name"), "firstname");
                        values(contact, row.getString("last_name"), "lastname");
                        values(contact, row.getString("email"), "email");
                        values(contact, row.getString("ext_ref"), "extref");
                        values(contact, row.getString("language"), "language");
                        values(contact, row.getString("phone"), "phone");
                        embedded(row.getString("embedded"))
                                .forEach((name, value) ->
                                        values(contact, value, "embedded." + name.toLowerCase(Locale.ROOT)));
                        contact.optedOut = row.getBoolean("unsubscribed");
                        if (row.getObject("member") != null) {
                            contact.optedOutOfList = row.getBoolean("list_out");
                            contact.listData.putAll(embedded(row.getString("list_data")));
                        }

                        ImportOracle.Contact known = kept.get(contact.number);
                        if (known != null) {
                            contact.aliases.addAll(known.aliases);
                        }

                        return contacts.put(contact.number, contact);
                    })
                    .list();
            jdbc.sql("SELECT number, happened_at, fields FROM contact_transaction WHERE directory_id = ?")
                    .param(directory.id())
                    .query((row, index) -> {
                        String day = java.time.Instant.ofEpochMilli(row.getLong(2))
                                .toString()
                                .substring(0, 10);
                        return contacts.get(row.getLong(1))
                                .transactions
                                .add(day + " " + embedded(row.getString(3)).getOrDefault("amount", ""));
                    })
                    .list();
            jdbc.sql("SELECT number, happened_at, kind FROM touchpoint WHERE directory_id = ? AND channel = 'email'")
                    .param(directory.id())
                    .query((row, index) -> {
                        String day = java.time.Instant.ofEpochMilli(row.getLong(2))
                                .toString()
                                .substring(0, 10);
                        return contacts.get(row.getLong(1)).touchpoints.add("touched " + day + " " + row.getString(3));
                    })
                    .list();
            return contacts.values().toString();
        }

        private Map<Long, String> outcomes(Run run, int rows) {
            Map<Long, String> outcomes = new TreeMap<>();
            new JournalReader(jdbc).forEach(run.number(), entry -> {
                for (RowOutcome row : entry.rows()) {
                    assertThat(outcomes.put(row.row(), row.kind().name())).isNull();
                }
            });
            jdbc.sql("SELECT row_no FROM run_reject WHERE run_id = ?")
                    .param(run.number())
                    .query(Long.class)
                    .list()
                    .forEach(row -> assertThat(outcomes.put(row, "REJECTED")).isNull());
            for (long row = 1; row <= rows; row++) {
                outcomes.putIfAbsent(row, "NOTHING");
            }

            outcomes.replaceAll((row, kind) -> kind.equals("UNCHANGED") ? "NOTHING" : kind);
            return outcomes;
        }

        private Map<Long, String> settled(List<Kind> kinds) {
            Map<Long, String> outcomes = new TreeMap<>();
            for (int i = 0; i < kinds.size(); i++) {
                Kind kind = kinds.get(i);
                outcomes.put(i + 1L, kind == Kind.UNCHANGED || kind == Kind.SKIPPED ? "NOTHING" : kind.name());
            }

            return outcomes;
        }
    }

    private static void values(ImportOracle.Contact contact, String value, String target) {
        if (value != null) {
            contact.values.put(target, value);
        }
    }

    private static SortedMap<String, String> embedded(String json) {
        return json == null ? new TreeMap<>() : JSON.readValue(json, TEXTS);
    }

    private static io.muster.directory.FieldValues fieldValues(ImportOracle.Contact contact) {
        return new io.muster.directory.FieldValues() {
            @Override
            public String field(io.muster.directory.ContactField field) {
                return contact.values.get(field.key().toLowerCase(Locale.ROOT));
            }

            @Override
            public String embedded(String name) {
                return contact.values.get("embedded." + name.toLowerCase(Locale.ROOT));
            }
        };
    }

    private static OutcomeCounts counts(List<Kind> kinds, TakenAway takenAway) {
        OutcomeCounts counts = OutcomeCounts.NONE;
        for (Kind kind : kinds) {
            counts = counts.plus(kind);
        }

        return new OutcomeCounts(
                counts.created(), counts.updated(), counts.unchanged(), counts.rejected(), counts.skipped(), takenAway);
    }

    @RepeatedTest(60)
    void importsAsTheOracleAppliesRowByRow(RepetitionInfo seed) {
        Try attempt = new Try(seed.getCurrentRepetition() + Long.getLong("muster.seed", 0));
        attempt.importAFile();
        attempt.importAFile();
        attempt.changeOtherwise();
        attempt.importAFile();
    }
}
