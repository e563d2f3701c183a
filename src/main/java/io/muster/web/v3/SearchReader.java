package io.muster.web.v3;

import io.muster.dedup.SearchFilter;
import io.muster.dedup.SearchFilter.All;
import io.muster.dedup.SearchFilter.Any;
import io.muster.dedup.SearchFilter.EmbeddedIs;
import io.muster.dedup.SearchFilter.FieldIs;
import io.muster.dedup.SearchFilter.FieldIsEmpty;
import io.muster.dedup.SearchFilter.Not;
import io.muster.dedup.SearchFilter.OnList;
import io.muster.dedup.SearchFilter.Time;
import io.muster.dedup.SearchFilter.TimeWithin;
import io.muster.directory.ContactField;
import io.muster.directory.FieldRules;
import io.muster.directory.MailingList;
import io.muster.directory.Verdict;
import io.muster.support.Fold;
import io.muster.web.v3.V3Dates.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the filters of searches, strictly: a word that is not understood must not find everybody. */
final class SearchReader {

    private static final int DEEPEST = 10;
    private static final int MOST = 100;

    private final FieldRules rules;
    private final Function<String, Optional<MailingList>> lists;

    /** @param lists finds the lists of a directory by their ids */
    SearchReader(FieldRules rules, Function<String, Optional<MailingList>> lists) {
        this.rules = rules;
        this.lists = lists;
    }

    SearchFilter read(@Nullable JsonNode filter) {
        return read(filter, "filter", 1);
    }

    private SearchFilter read(@Nullable JsonNode node, String place, int depth) {
        if (node == null || !node.isObject()) {
            throw bad(place, "is no object");
        }

        return node.has("filters") || node.has("conjunction") ? group(node, place, depth) : test(node, place);
    }

    private SearchFilter group(JsonNode node, String place, int depth) {
        if (depth > DEEPEST) {
            throw bad(place, "is nested deeper than " + DEEPEST);
        }

        String conjunction = text(node, "conjunction", place);
        JsonNode filters = node.get("filters");
        if (filters == null || !filters.isArray() || filters.isEmpty() || filters.size() > MOST) {
            throw bad(place + ".filters", "is no list of 1 to " + MOST + " filters");
        }

        List<SearchFilter> read = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            read.add(read(filters.get(i), place + ".filters[" + i + "]", depth + 1));
        }

        return switch (conjunction) {
            case "and" -> new All(read);
            case "or" -> new Any(read);
            default -> throw bad(place + ".conjunction", "is neither and nor or");
        };
    }

    private SearchFilter test(JsonNode node, String place) {
        String type = text(node, "filterType", place);
        return switch (type) {
            case "email", "firstName", "lastName", "language", "phone", "extRef" ->
                equality(node, place, new FieldIs(field(type), value(node, place, field(type))));
            case "created" -> time(node, place, Time.CREATED);
            case "lastModified" -> time(node, place, Time.MODIFIED);
            case "inList" -> onList(node, place);
            case "infoFieldState" -> state(node, place);
            case "embeddedData" ->
                equality(node, place, new EmbeddedIs(given(node, "name", place), given(node, "value", place)));
            default -> throw bad(place + ".filterType", "is no kind of filter");
        };
    }

    private static ContactField field(String key) {
        return ContactField.byKey(key).orElseThrow();
    }

    private String value(JsonNode node, String place, ContactField field) {
        String text = given(node, "value", place);
        // Numbers are compared as they are stored; one that cannot be read is as it was written.
        return field == ContactField.PHONE && rules.judge(field, text) instanceof Verdict.Valid valid
                ? valid.value()
                : text;
    }

    private static SearchFilter equality(JsonNode node, String place, SearchFilter equal) {
        return switch (text(node, "comparison", place)) {
            case "eq" -> equal;
            case "neq" -> new Not(equal);
            default -> throw bad(place + ".comparison", "is neither eq nor neq");
        };
    }

    private static SearchFilter time(JsonNode node, String place, Time time) {
        Stretch stretch = V3Dates.stretch(given(node, "value", place))
                .orElseThrow(() -> bad(place + ".value", "is no date such as 2026-03-01 or 2026-03-01 10:20:30"));
        return switch (text(node, "comparison", place)) {
            case "eq" -> new TimeWithin(time, stretch.from(), stretch.before());
            case "neq" -> new Not(new TimeWithin(time, stretch.from(), stretch.before()));
            case "gt" -> new TimeWithin(time, stretch.before(), Long.MAX_VALUE);
            case "gte" -> new TimeWithin(time, stretch.from(), Long.MAX_VALUE);
            case "lt" -> new TimeWithin(time, Long.MIN_VALUE, stretch.from());
            case "lte" -> new TimeWithin(time, Long.MIN_VALUE, stretch.before());
            default -> throw bad(place + ".comparison", "is none of eq, neq, gt, lt, gte and lte");
        };
    }

    private SearchFilter onList(JsonNode node, String place) {
        JsonNode comparison = node.get("comparison");
        if (comparison == null || !comparison.isBoolean()) {
            throw bad(place + ".comparison", "is neither true nor false");
        }

        SearchFilter on = new OnList(lists.apply(given(node, "mailingListId", place))
                .orElseThrow(() -> bad(place + ".mailingListId", "is no list of the directory")));
        return comparison.asBoolean() ? on : new Not(on);
    }

    private static SearchFilter state(JsonNode node, String place) {
        ContactField field =
                ContactField.byKey(text(node, "field", place)).orElseThrow(() -> bad(place + ".field", "is no field"));
        return switch (text(node, "comparison", place)) {
            case "empty" -> new FieldIsEmpty(field);
            case "notEmpty" -> new Not(new FieldIsEmpty(field));
            default -> throw bad(place + ".comparison", "is neither empty nor notEmpty");
        };
    }

    /** A text as it is. */
    private static String text(JsonNode node, String member, String place) {
        JsonNode value = node.get(member);
        if (value == null || !value.isString()) {
            throw bad(place + "." + member, "is missing, or no text");
        }

        return value.asString();
    }

    /** A text without outer white space, not blank. */
    private static String given(JsonNode node, String member, String place) {
        String text = Fold.trim(text(node, member, place));
        if (text.isEmpty()) {
            throw bad(place + "." + member, "is blank");
        }

        return text;
    }

    private static V3Exception bad(String place, String reason) {
        return V3Exception.bad("BAD_FILTER", "Cannot search: %s %s. Correct it.".formatted(place, reason));
    }
}
