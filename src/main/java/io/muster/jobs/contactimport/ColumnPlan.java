package io.muster.jobs.contactimport;

import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.ContactField;
import io.muster.directory.FieldRules;
import io.muster.directory.Spellings;
import io.muster.directory.Verdict;
import io.muster.extract.combine.Extraction;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the columns of one file go.
 *
 * @param columns per column of the file
 * @param spellings the directory's names of embedded data, with those that this file brings
 * @param newNames names of embedded data that the directory has not had so far
 * @param warnings what an operator should know
 */
record ColumnPlan(List<Column> columns, Spellings spellings, List<String> newNames, List<String> warnings) {

    /** The headers of reject downloads: they say what was wrong and are not data. */
    static final List<String> REASON_COLUMNS =
            List.of("muster_row", "muster_line", "muster_field", "muster_code", "muster_reason");

    /** Columns that are no data: those, and what says of a record that it could not be read. */
    static final Set<String> NO_DATA = Stream.concat(
                    REASON_COLUMNS.stream(), Stream.of(Extraction.PROBLEM_COLUMN, Extraction.RECORD_COLUMN))
            .collect(Collectors.toUnmodifiableSet());

    private static final int MOST_LISTED = 20;

    static final Map<String, Target> UPLOAD_HEADERS = Map.of(
            "FirstName", new Target.Field(ContactField.FIRST_NAME),
            "LastName", new Target.Field(ContactField.LAST_NAME),
            "Email", new Target.Field(ContactField.EMAIL),
            "Phone", new Target.Field(ContactField.PHONE),
            "ExternalDataReference", new Target.Field(ContactField.EXT_REF),
            "Language", new Target.Field(ContactField.LANGUAGE),
            "Unsubscribed", new Target.Unsubscribed(Target.Unsubscribed.From.TARGET));

    /**
     * One column.
     *
     * @param name its header
     * @param target where its values go; embedded names in the directory's spelling
     * @param values its value map
     */
    record Column(String name, Target target, Map<String, String> values) {}

    /** Plans the columns of a header. */
    static ColumnPlan of(List<String> header, Mapping mapping, Spellings known, FieldRules rules, String file) {
        refuseMissing(header, mapping, file);
        List<Target> targets = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < header.size(); i++) {
            Target target = target(header.get(i), mapping);
            if (header.get(i).isEmpty()) {
                warnings.add("Column " + (i + 1) + " has no name and is left out.");
            }

            if (target instanceof Target.Embedded embedded) {
                checkName(embedded.name(), rules, file);
                names.add(embedded.name());
            }

            targets.add(target);
        }

        for (Mapping.Constant constant : mapping.constants()) {
            if (constant.target() instanceof Target.Embedded embedded) {
                names.add(embedded.name());
            }
        }

        Spellings spellings = known.with(names);
        List<String> newNames = names.stream()
                .filter(name -> !known.has(name))
                .map(spellings::of)
                .distinct()
                .toList();
        List<Column> columns = new ArrayList<>();
        Map<Target, String> taken = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            Target target = inSpelling(targets.get(i), spellings);
            String former = target instanceof Target.Ignore ? null : taken.put(target, header.get(i));
            if (former != null) {
                throw Refusal.failed("Cannot import " + file + ": the columns '" + former + "' and '" + header.get(i)
                        + "' both go to " + target.text() + ". Rename one of them or map it to another target.");
            }

            refuseFormat(header.get(i), target, mapping.formats().get(header.get(i)), file);
            columns.add(new Column(header.get(i), target, mapping.values().getOrDefault(header.get(i), Map.of())));
        }

        Set<Target> given = new HashSet<>(taken.keySet());
        mapping.constants().forEach(constant -> given.add(constant.target()));
        refuseUndatedTransactions(taken.keySet(), given, file);
        refuseIncompleteTouchpoints(given, file);
        warnings.addAll(nearMisses(columns, mapping, given));
        return new ColumnPlan(List.copyOf(columns), spellings, newNames, List.copyOf(warnings));
    }

    /** What is said of columns that are not mapped, but whose header is nearly one that would be. */
    private static List<String> nearMisses(List<Column> columns, Mapping mapping, Set<Target> given) {
        Set<String> free = new TreeSet<>();
        Stream.of(UPLOAD_HEADERS, mapping.usual())
                .flatMap(headers -> headers.entrySet().stream())
                .filter(header -> !given.contains(header.getValue()))
                .forEach(header -> free.add(header.getKey()));
        List<String> warnings = new ArrayList<>();
        for (Column column : columns) {
            boolean mapped = mapping.columns().containsKey(column.name());
            Optional<String> near = mapped ? Optional.empty() : NearHeaders.near(column.name(), free);
            near.ifPresent(header -> warnings.add("Column '" + column.name() + "' is nearly '" + header + "', but "
                    + (column.target() instanceof Target.Ignore
                            ? "is left out"
                            : "goes to " + column.target().text())
                    + ". Map it, or write the header exactly."));
        }

        return warnings;
    }

    /** The same with a further warning. */
    ColumnPlan withWarning(String warning) {
        return new ColumnPlan(
                columns,
                spellings,
                newNames,
                Stream.concat(warnings.stream(), Stream.of(warning)).toList());
    }

    /** The same where contacts do not change: of their values, only those count by which the rules recognise them. */
    ColumnPlan forEvents(List<IdentityRule> rules) {
        List<Column> kept = columns.stream()
                .map(column -> counts(column.target(), rules)
                        ? column
                        : new Column(column.name(), new Target.Ignore(), column.values()))
                .toList();
        return new ColumnPlan(kept, spellings, List.of(), warnings);
    }

    private static boolean counts(Target target, List<IdentityRule> rules) {
        return switch (target) {
            case Target.Field field ->
                field.field() == ContactField.EXT_REF || rules.stream().anyMatch(rule -> rule.uses(field.field()));
            case Target.Embedded embedded -> rules.stream().anyMatch(rule -> rule.usesEmbedded(embedded.name()));
            case Target.ListEmbedded ignored -> false;
            case Target.Unsubscribed ignored -> false;
            default -> true;
        };
    }

    /** The target with a name of embedded data as the directory spells it. */
    Target inSpelling(Target target) {
        return inSpelling(target, spellings);
    }

    private static Target inSpelling(Target target, Spellings spellings) {
        return target instanceof Target.Embedded embedded ? new Target.Embedded(spellings.of(embedded.name())) : target;
    }

    private static void refuseMissing(List<String> header, Mapping mapping, String file) {
        Set<String> missing = new TreeSet<>(mapping.columns().keySet());
        missing.addAll(mapping.values().keySet());
        missing.addAll(mapping.formats().keySet());
        missing.removeAll(new HashSet<>(header));
        if (!missing.isEmpty()) {
            Optional<String> near = header.stream()
                    .filter(column -> !mapping.columns().containsKey(column))
                    .filter(column -> NearHeaders.near(column, missing).isPresent())
                    .findFirst();
            throw Refusal.failed(
                    "Cannot import " + file + ": it lacks the mapped column" + (missing.size() > 1 ? "s " : " ")
                            + list(missing) + ". Correct the file or the mapping; the header has "
                            + list(header) + "."
                            + near.map(column -> " '" + column + "' is nearly the same.")
                                    .orElse(""));
        }
    }

    /** Names of columns for a message, but no more than people read. */
    static String list(Collection<String> columns) {
        String names = columns.stream().limit(MOST_LISTED).collect(Collectors.joining(", "));
        return columns.size() <= MOST_LISTED ? names : names + " and " + (columns.size() - MOST_LISTED) + " more";
    }

    private static void refuseUndatedTransactions(Set<Target> columns, Set<Target> given, String file) {
        Optional<Target> undated = columns.stream()
                .filter(target -> target instanceof Target.TransactionField || target instanceof Target.TransactionId)
                .findFirst();
        if (undated.isPresent() && !given.contains(new Target.TransactionDate())) {
            throw Refusal.failed("Cannot import " + file + ": a column goes to "
                    + undated.get().text()
                    + ", but none to transaction.date. Map the column with the date of the transaction.");
        }
    }

    private static void refuseIncompleteTouchpoints(Set<Target> given, String file) {
        List<Target.TouchpointPart> missing = Mapping.missingOfTouchpoint(given);
        if (!missing.isEmpty()) {
            throw Refusal.failed("Cannot import " + file + ": its rows record touchpoints, but nothing gives "
                    + missing.getFirst().text() + ". Map a column to it, or give it as a constant.");
        }
    }

    private static void refuseFormat(String column, Target target, @Nullable ColumnFormat format, String file) {
        if (format != null && !format.fits(target)) {
            throw Refusal.failed("Cannot import " + file + ": the column '" + column + "' has a format of "
                    + (format.number() == null ? "dates" : "numbers") + ", but goes to " + target.text()
                    + ", whose values are not written so. Take the format away, or map the column elsewhere.");
        }
    }

    private static void checkName(String name, FieldRules rules, String file) {
        if (rules.judgeEmbeddedName(name) instanceof Verdict.Invalid invalid) {
            throw Refusal.failed("Cannot import " + file + ": a column cannot become embedded data: " + invalid.reason()
                    + " Rename the column or map it.");
        }
    }

    private static Target target(String name, Mapping mapping) {
        Target mapped = mapping.columns().get(name);
        if (mapped != null) {
            return mapped;
        }

        Target upload = UPLOAD_HEADERS.get(name);
        if (upload != null) {
            return upload;
        }

        Target usual = mapping.usual().get(name);
        if (usual != null && !mapping.columns().containsValue(usual)) {
            return usual;
        }

        boolean left = name.isEmpty() || NO_DATA.contains(name) || mapping.unmapped() == Mapping.Unmapped.IGNORE;
        if (left) {
            return new Target.Ignore();
        }

        return mapping.unmapped() == Mapping.Unmapped.TRANSACTION
                ? new Target.TransactionField(name)
                : new Target.Embedded(name);
    }
}
