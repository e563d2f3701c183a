package io.muster.segment.condition;

import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.document.DocumentPath;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Items;
import io.muster.support.document.Node.Scalar;
import io.muster.support.document.Problems;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the values of the keys of tests. What cannot be read is empty, and a problem. */
final class Operands {

    /** No value of a contact is longer. */
    private static final int LONGEST_VALUE = 1_024;

    private static final int LONGEST_NAME = 200;
    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,4})([hdw])");

    private final Problems problems;
    private final Ids ids;

    Operands(Problems problems, Ids ids) {
        this.problems = problems;
        this.ids = ids;
    }

    /** The text of a single value. */
    private Optional<String> scalar(Node node, DocumentPath path, String expected) {
        if (node instanceof Scalar scalar && !scalar.isNull()) {
            if (isText(scalar.text())) {
                return Optional.of(scalar.text());
            }

            problems.add(node.place(), path, "holds half a character (an unpaired surrogate). Write it whole");
            return Optional.empty();
        }

        problems.add(node.place(), path, "holds " + node.described() + " but must be " + expected);
        return Optional.empty();
    }

    /** A text to compare with a whole value. */
    Optional<String> text(Node node, DocumentPath path) {
        return scalar(node, path, "a text").map(Fold::trim).filter(text -> {
            if (text.isEmpty()) {
                problems.add(node.place(), path, "is blank. To ask for missing values write isEmpty: true");
            }

            return !text.isEmpty() && notTooLong(node, path, text, LONGEST_VALUE);
        });
    }

    /** A text to find in a value; white space around it counts. */
    Optional<String> part(Node node, DocumentPath path) {
        return scalar(node, path, "a text").filter(text -> {
            if (text.isEmpty()) {
                problems.add(node.place(), path, "is empty, and would be part of every value. Write a text");
            }

            return !text.isEmpty() && notTooLong(node, path, text, LONGEST_VALUE);
        });
    }

    /** A name of embedded data or of a transaction's field. */
    Optional<String> name(Node node, DocumentPath path) {
        return scalar(node, path, "a name").map(Fold::trim).filter(name -> {
            if (name.isEmpty()) {
                problems.add(node.place(), path, "is blank. Write the name of a value");
            }

            return !name.isEmpty() && notTooLong(node, path, name, LONGEST_NAME);
        });
    }

    private boolean notTooLong(Node node, DocumentPath path, String text, int longest) {
        boolean fits = text.codePointCount(0, text.length()) <= longest;
        if (!fits) {
            problems.add(
                    node.place(), path, "is longer than the longest possible (" + longest + " characters). Shorten it");
        }

        return fits;
    }

    Optional<String> pattern(Node node, DocumentPath path) {
        Optional<String> pattern = scalar(node, path, "a regular expression");
        Optional<String> fault = pattern.filter(text -> !text.isEmpty())
                .map(RegexCheck::fault)
                .orElseGet(() -> pattern.map(ignored -> "is empty. Write a regular expression, or isEmpty: true"));
        fault.ifPresent(reason -> problems.add(node.place(), path, reason));
        return fault.isPresent() ? Optional.empty() : pattern;
    }

    Optional<BigDecimal> number(Node node, DocumentPath path) {
        return scalar(node, path, "a number").flatMap(text -> {
            Optional<BigDecimal> number = DecimalText.read(Fold.trim(text));
            if (number.isEmpty()) {
                problems.add(
                        node.place(),
                        path,
                        "holds “" + shown(text)
                                + "”, which is not a number. Write one such as 100 or 2.5, without units"
                                + " or thousands separators");
            }

            return number;
        });
    }

    Optional<Moment> moment(Node node, DocumentPath path) {
        return scalar(node, path, "a date").flatMap(text -> {
            String word = Fold.trim(text);
            for (Moment.Relative relative : Moment.Relative.values()) {
                if (relative.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return Optional.of(relative);
                }
            }

            Optional<Moment> moment = MomentText.read(word);
            if (moment.isEmpty()) {
                problems.add(
                        node.place(),
                        path,
                        "holds “" + shown(text) + "”, which is not a date. Write one such as 2026-11-22 or"
                                + " 2026-11-22T08:15:00+01:00, or today or now");
            }

            return moment;
        });
    }

    Optional<Span> span(Node node, DocumentPath path) {
        return scalar(node, path, "a length of time such as 30d").flatMap(text -> {
            Matcher matcher = SPAN.matcher(text);
            if (matcher.matches()) {
                Span.Unit unit = Span.Unit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
                return Optional.of(new Span(Integer.parseInt(matcher.group(1)), unit));
            }

            problems.add(
                    node.place(),
                    path,
                    "holds “" + shown(text) + "”, which is not a length of time. Write 1 to " + Span.MOST
                            + " with h, d or w, such as 12h, 30d or 4w");
            return Optional.empty();
        });
    }

    Optional<Boolean> truth(Node node, DocumentPath path) {
        return word(node, path, List.of("true", "false")).map(word -> word.equals("true"));
    }

    /** One of some words, spelled exactly. */
    Optional<String> word(Node node, DocumentPath path, List<String> words) {
        return scalar(node, path, either(words)).filter(text -> {
            if (!words.contains(text)) {
                problems.add(node.place(), path, "holds “" + shown(text) + "” but must be " + either(words));
            }

            return words.contains(text);
        });
    }

    private static String either(List<String> words) {
        return words.size() == 1
                ? words.getFirst()
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }

    /** The numeric id of a public one. */
    OptionalLong id(PublicId kind, String thing, Node node, DocumentPath path) {
        Optional<String> text = scalar(node, path, "the id of a " + thing);
        OptionalLong id = text.map(Fold::trim).map(word -> ids.read(kind, word)).orElse(OptionalLong.empty());
        if (text.isPresent() && id.isEmpty()) {
            problems.add(
                    node.place(),
                    path,
                    "holds “" + shown(text.get()) + "”, which is "
                            + (ids.isOfAnotherInstallation(Fold.trim(text.get()))
                                    ? "an id of another installation"
                                    : "not the id of a " + thing)
                            + ". Write one such as " + ids.of(kind, 1));
        }

        return id;
    }

    /** A list that must have items, each read alike; empty when one cannot be. */
    <T> Optional<List<T>> list(Node node, DocumentPath path, BiFunction<Node, DocumentPath, Optional<T>> item) {
        if (!(node instanceof Items items)) {
            problems.add(node.place(), path, "holds " + node.described() + " but must be a list such as [a, b]");
            return Optional.empty();
        }

        if (items.items().isEmpty()) {
            problems.add(node.place(), path, "is an empty list. Write at least one value");
            return Optional.empty();
        }

        List<T> read = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            item.apply(items.items().get(i), path.index(i)).ifPresent(read::add);
        }

        return read.size() == items.items().size() ? Optional.of(read) : Optional.empty();
    }

    /** A list, or one value that stands for a list of one. */
    <T> Optional<List<T>> oneOrMore(Node node, DocumentPath path, BiFunction<Node, DocumentPath, Optional<T>> item) {
        return node instanceof Scalar ? item.apply(node, path).map(List::of) : list(node, path, item);
    }

    /** The lower and the upper bound. */
    <T> Optional<List<T>> pair(Node node, DocumentPath path, BiFunction<Node, DocumentPath, Optional<T>> item) {
        if (node instanceof Items items && items.items().size() == 2) {
            return list(node, path, item);
        }

        problems.add(node.place(), path, "must be a list of two values, [from, to], both included");
        return Optional.empty();
    }

    private static boolean isText(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private static String shown(String text) {
        return text.length() > 60 ? text.substring(0, text.offsetByCodePoints(0, 50)) + "…" : text;
    }
}
