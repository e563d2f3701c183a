package io.muster.extract.transform;

import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transforms of a run, for records with one header. The same record always comes to the same, so that a run that goes
 * on sees what it saw before. Safe for several threads.
 */
public final class Transforms {

    /** The longest value that a transform takes or makes. */
    static final int MOST_CHARS = 1 << 21;

    private static final String DATE_INVALID = "DATE_INVALID";

    /** What becomes of a record. */
    public sealed interface Outcome {

        /** It goes on with these values. */
        record Kept(List<String> values) implements Outcome {}

        /**
         * It is skipped.
         *
         * @param column the one that is blank
         */
        record Skipped(String column) implements Outcome {}

        /**
         * It is rejected.
         *
         * @param column the one at fault
         */
        record Rejected(String code, String column, String reason) implements Outcome {}
    }

    /**
     * A record after a transform.
     *
     * @param transform its kind
     * @param changed the values that are different now, by column; empty when none is
     * @param rejected why the record goes no further; null when it does
     * @param skipped whether it is skipped
     */
    public record Trace(
            String transform, Map<String, String> changed, Outcome.@Nullable Rejected rejected, boolean skipped) {}

    /** Changes the values of one record in place; what ends it, or null. */
    @FunctionalInterface
    private interface Change {
        @Nullable
        Outcome apply(String[] values);
    }

    private record Step(String kind, List<String> header, Change change) {}

    private final List<String> before;
    private final List<String> header;
    private final List<Step> steps = new ArrayList<>();

    /**
     * Plans the transforms of records.
     *
     * @param header the names of their columns
     * @param now the moment at which the run began
     * @param file the file's name, for messages
     * @throws Refusal when a column is not there, or a name is taken
     */
    public static Transforms of(List<Transform> transforms, List<String> header, Instant now, String file) {
        return new Transforms(transforms, header, now, file);
    }

    /**
     * The columns that must be there before transforms, for those that are needed after them.
     *
     * @param after the columns that are needed after them
     */
    public static Set<String> needed(List<Transform> transforms, Set<String> after) {
        Set<String> needed = new LinkedHashSet<>(after);
        for (Transform transform : transforms.reversed()) {
            switch (transform) {
                case Transform.Required required -> needed.addAll(required.columns());
                case Transform.Rename rename -> {
                    needed.remove(rename.to());
                    needed.add(rename.column());
                }
                case Transform.Constant constant -> needed.remove(constant.column());
                case Transform.Prefix prefix -> needed.add(prefix.column());
                case Transform.Suffix suffix -> needed.add(suffix.column());
                case Transform.Concatenate concatenate -> {
                    needed.remove(concatenate.into());
                    needed.addAll(concatenate.columns());
                }
                case Transform.Case casing -> needed.add(casing.column());
                case Transform.ValueMap map -> needed.add(map.column());
                case Transform.Replace replace -> needed.add(replace.column());
                case Transform.Split split -> {
                    needed.removeAll(split.into());
                    needed.add(split.column());
                }
                case Transform.Substring part -> {
                    forget(part.into(), needed);
                    needed.add(part.column());
                }
                case Transform.Trim trim -> needed.addAll(trim.columns());
                case Transform.DateFormat format -> {
                    forget(format.into(), needed);
                    needed.add(format.column());
                }
                case Transform.DateDifference difference -> {
                    needed.remove(difference.into());
                    needed.add(difference.from());
                    String to = difference.to();
                    if (to != null) {
                        needed.add(to);
                    }
                }
            }
        }

        return needed;
    }

    private static void forget(@Nullable String into, Set<String> needed) {
        if (into != null) {
            needed.remove(into);
        }
    }

    private Transforms(List<Transform> transforms, List<String> header, Instant now, String file) {
        this.before = List.copyOf(header);
        Columns columns = new Columns(header, file);
        for (Transform transform : transforms) {
            columns.next(transform);
            Change change = change(transform, columns, now);
            steps.add(new Step(transform.kind(), columns.names(), change));
        }

        this.header = columns.names();
    }

    /** The names of the columns after all transforms. Those that were there before keep their place. */
    public List<String> header() {
        return header;
    }

    /** What becomes of a record; its values are in the order of the header before. */
    public Outcome apply(List<String> values) {
        if (steps.isEmpty()) {
            return new Outcome.Kept(values);
        }

        String[] row = wide(values);
        for (Step step : steps) {
            Outcome end = apply(step, row);
            if (end != null) {
                return end;
            }
        }

        return new Outcome.Kept(Arrays.asList(row));
    }

    /** What each transform does to a record. */
    public List<Trace> trace(List<String> values) {
        String[] row = wide(values);
        List<String> names = before;
        List<Trace> traces = new ArrayList<>();
        for (Step step : steps) {
            String[] was = row.clone();
            Outcome end = apply(step, row);
            Map<String, String> changed = new LinkedHashMap<>();
            for (int i = 0; i < step.header().size(); i++) {
                boolean known =
                        i < names.size() && names.get(i).equals(step.header().get(i));
                if (!known || !row[i].equals(was[i])) {
                    changed.put(step.header().get(i), row[i]);
                }
            }

            names = step.header();
            traces.add(new Trace(
                    step.kind(),
                    end == null ? changed : Map.of(),
                    end instanceof Outcome.Rejected rejected ? rejected : null,
                    end instanceof Outcome.Skipped));
            if (end != null) {
                break;
            }
        }

        return traces;
    }

    private String[] wide(List<String> values) {
        String[] row = new String[header.size()];
        Arrays.fill(row, "");
        for (int i = 0; i < values.size(); i++) {
            row[i] = values.get(i);
        }

        return row;
    }

    private static @Nullable Outcome apply(Step step, String[] row) {
        Outcome end = step.change().apply(row);
        if (end != null) {
            return end;
        }

        for (int i = 0; i < step.header().size(); i++) {
            if (row[i].length() > MOST_CHARS) {
                return tooLong(step.header().get(i));
            }
        }

        return null;
    }

    private static Outcome tooLong(String column) {
        return new Outcome.Rejected(
                "VALUES_TOO_LARGE", column, "The value has more than %,d characters.".formatted(MOST_CHARS));
    }

    private static Change change(Transform transform, Columns columns, Instant now) {
        return switch (transform) {
            case Transform.Required required -> required(required, columns);
            case Transform.Rename rename -> {
                columns.rename(rename.column(), rename.to());
                yield row -> null;
            }
            case Transform.Constant constant -> {
                int at = columns.made(constant.column());
                yield row -> set(row, at, constant.value());
            }
            case Transform.Prefix prefix -> {
                int at = columns.there(prefix.column());
                yield row -> blank(row[at]) ? null : set(row, at, prefix.text() + row[at]);
            }
            case Transform.Suffix suffix -> {
                int at = columns.there(suffix.column());
                yield row -> blank(row[at]) ? null : set(row, at, row[at] + suffix.text());
            }
            case Transform.Concatenate concatenate -> concatenate(concatenate, columns);
            case Transform.Case casing -> {
                int at = columns.there(casing.column());
                yield row -> set(row, at, inCase(row[at], casing.to()));
            }
            case Transform.ValueMap map -> valueMap(map, columns);
            case Transform.Replace replace -> replace(replace, columns);
            case Transform.Split split -> split(split, columns);
            case Transform.Substring part -> {
                int at = columns.there(part.column());
                int into = part.into() == null ? at : columns.made(part.into());
                yield row -> set(row, into, substring(row[at], part.from(), part.length()));
            }
            case Transform.Trim trim -> trim(trim, columns);
            case Transform.DateFormat format -> dateFormat(format, columns);
            case Transform.DateDifference difference -> dateDifference(difference, columns, now);
        };
    }

    private static @Nullable Outcome set(String[] row, int at, String value) {
        row[at] = value;
        return null;
    }

    private static boolean blank(String value) {
        return Fold.isBlank(value);
    }

    private static Change required(Transform.Required required, Columns columns) {
        int[] places = required.columns().stream().mapToInt(columns::there).toArray();
        List<String> names = required.columns();
        return row -> {
            for (int i = 0; i < places.length; i++) {
                if (blank(row[places[i]])) {
                    return new Outcome.Skipped(names.get(i));
                }
            }

            return null;
        };
    }

    private static Change concatenate(Transform.Concatenate concatenate, Columns columns) {
        int[] places = concatenate.columns().stream().mapToInt(columns::there).toArray();
        int into = columns.made(concatenate.into());
        return row -> {
            StringBuilder whole = new StringBuilder();
            for (int at : places) {
                if (!blank(row[at])) {
                    whole.append(whole.isEmpty() ? "" : concatenate.separator()).append(row[at]);
                }
            }

            return set(row, into, whole.toString());
        };
    }

    private static String inCase(String value, Transform.Case.To to) {
        return switch (to) {
            case UPPER -> value.toUpperCase(Locale.ROOT);
            case LOWER -> value.toLowerCase(Locale.ROOT);
            case TITLE -> title(value);
        };
    }

    /** An apostrophe and what is written above or below a letter do not begin a word. */
    private static String title(String value) {
        StringBuilder title = new StringBuilder(value.length());
        StringBuilder word = new StringBuilder();
        value.codePoints().forEach(c -> {
            boolean inWord = Character.isLetterOrDigit(c) || isMark(c) || c == '\'' || c == '’';
            if (inWord) {
                word.appendCodePoint(c);
            } else {
                appendWord(word, title);
                title.appendCodePoint(c);
            }
        });
        appendWord(word, title);
        return title.toString();
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    private static void appendWord(StringBuilder word, StringBuilder title) {
        if (!word.isEmpty()) {
            int first = word.codePointAt(0);
            title.appendCodePoint(Character.toTitleCase(first));
            // As a whole, so that a letter whose form depends on its place in the word gets the right one.
            String small = word.toString().toLowerCase(Locale.ROOT);
            title.append(small, Character.charCount(small.codePointAt(0)), small.length());
            word.setLength(0);
        }
    }

    private static Change valueMap(Transform.ValueMap map, Columns columns) {
        int at = columns.there(map.column());
        String orElse = map.orElse();
        return row -> {
            String known = map.values().get(Fold.trim(row[at]));
            if (known != null) {
                return set(row, at, known);
            }

            return orElse == null || blank(row[at]) ? null : set(row, at, orElse);
        };
    }

    private static Change replace(Transform.Replace replace, Columns columns) {
        int at = columns.there(replace.column());
        Replacing replacing = new Replacing(replace);
        return row -> {
            try {
                return set(row, at, replacing.in(row[at]));
            } catch (Replacing.TooLong e) {
                return tooLong(replace.column());
            }
        };
    }

    private static Change split(Transform.Split split, Columns columns) {
        int at = columns.there(split.column());
        int[] into = split.into().stream().mapToInt(columns::made).toArray();
        return row -> {
            String rest = row[at];
            boolean more = true;
            for (int i = 0; i < into.length; i++) {
                int cut = i == into.length - 1 ? -1 : rest.indexOf(split.by());
                row[into[i]] = more ? Fold.trim(cut < 0 ? rest : rest.substring(0, cut)) : "";
                more &= cut >= 0;
                rest = cut < 0 ? "" : rest.substring(cut + split.by().length());
            }

            return null;
        };
    }

    private static String substring(String value, int from, @Nullable Integer length) {
        int count = value.codePointCount(0, value.length());
        long first = from > 0 ? from - 1L : Math.max(0L, count + (long) from);
        if (first >= count) {
            return "";
        }

        long end = length == null ? count : Math.min(count, first + length);
        int start = value.offsetByCodePoints(0, (int) first);
        return value.substring(start, value.offsetByCodePoints(start, (int) (end - first)));
    }

    private static Change trim(Transform.Trim trim, Columns columns) {
        int[] places = trim.columns().isEmpty()
                ? columns.all()
                : trim.columns().stream().mapToInt(columns::there).toArray();
        return row -> {
            for (int at : places) {
                row[at] = Fold.trim(row[at]);
            }

            return null;
        };
    }

    private static Change dateFormat(Transform.DateFormat format, Columns columns) {
        int at = columns.there(format.column());
        int into = format.into() == null ? at : columns.made(format.into());
        DateReading reading = new DateReading(format.from(), format.zone());
        DateTimeFormatter writing = DateTimeFormatter.ofPattern(format.to(), Locale.ROOT);
        return row -> {
            if (blank(row[at])) {
                return set(row, into, "");
            }

            try {
                ZonedDateTime date = reading.read(Fold.trim(row[at]));
                return set(
                        row,
                        into,
                        writing.format(format.toZone() == null ? date : date.withZoneSameInstant(format.toZone())));
            } catch (DateTimeException e) {
                return noDate(format.column());
            }
        };
    }

    private static Outcome noDate(String column) {
        return new Outcome.Rejected(DATE_INVALID, column, "The value is no date or time that can be read.");
    }

    private static Change dateDifference(Transform.DateDifference difference, Columns columns, Instant now) {
        int from = columns.there(difference.from());
        String until = difference.to();
        int to = until == null ? -1 : columns.there(until);
        int into = columns.made(difference.into());
        DateReading reading = new DateReading(difference.pattern(), difference.zone());
        ChronoUnit unit = ChronoUnit.valueOf(difference.unit().name());
        return row -> {
            if (blank(row[from]) || (to >= 0 && blank(row[to]))) {
                return set(row, into, "");
            }

            String column = difference.from();
            try {
                ZonedDateTime first = reading.read(Fold.trim(row[from])).withZoneSameInstant(difference.zone());
                column = until == null ? column : until;
                ZonedDateTime last = to < 0
                        ? now.atZone(difference.zone())
                        : reading.read(Fold.trim(row[to])).withZoneSameInstant(difference.zone());
                return set(row, into, Long.toString(unit.between(first, last)));
            } catch (DateTimeException | ArithmeticException e) {
                return noDate(column);
            }
        };
    }

    /** The columns as they are called at one step. */
    private static final class Columns {

        private final List<String> names;
        private final String file;
        private String step = "";
        private int number;

        Columns(List<String> names, String file) {
            this.names = new ArrayList<>(names);
            this.file = file;
        }

        void next(Transform transform) {
            number++;
            step = "its transform " + number + " (" + transform.kind() + ")";
        }

        List<String> names() {
            return List.copyOf(names);
        }

        int[] all() {
            int[] all = new int[names.size()];
            Arrays.setAll(all, i -> i);
            return all;
        }

        int there(String name) {
            int at = names.indexOf(name.strip());
            if (at < 0) {
                throw Refusal.invalid(
                                "COLUMN_MISSING",
                                "Cannot transform " + file + ": " + step + " needs the column '" + name
                                        + "', which is not there. Correct the file or the job file.")
                        .with("column", name);
            }

            if (names.lastIndexOf(name.strip()) != at) {
                throw Refusal.invalid(
                                "COLUMN_TWICE",
                                "Cannot transform " + file + ": " + step + " needs the column '" + name
                                        + "', which is there twice. Have one of them renamed.")
                        .with("column", name);
            }

            return at;
        }

        int made(String name) {
            if (names.contains(name.strip())) {
                return there(name);
            }

            names.add(name.strip());
            return names.size() - 1;
        }

        void rename(String from, String to) {
            int at = there(from);
            if (names.contains(to.strip()) && !from.strip().equals(to.strip())) {
                throw Refusal.invalid(
                                "COLUMN_TWICE",
                                "Cannot transform " + file + ": " + step + " names a column '" + to
                                        + "', but there is one of that name. Use another name, or rename that one before.")
                        .with("column", to);
            }

            names.set(at, to.strip());
        }
    }
}
