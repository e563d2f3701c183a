package io.muster.app;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ContactTest.FieldTest;
import io.muster.segment.condition.ContactTest.ListTest;
import io.muster.segment.condition.ContactTest.Membership;
import io.muster.segment.condition.Form;
import io.muster.segment.condition.Moment;
import io.muster.segment.condition.Operand;
import io.muster.segment.condition.ValueOperator;
import io.muster.segment.condition.ValueTest;
import io.muster.support.Ids;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The condition of a segment as a test of a search, where it is one.
 *
 * @param comparison a word, or a boolean for lists
 * @param value of a field or a time; null for lists
 * @param list the id of a list; null for fields and times
 */
public record SearchTest(
        String type,
        Object comparison,
        @Nullable String value,
        @Nullable String list) {

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    /** @param zone of the directory, in which the days of conditions are; those of searches are in UTC */
    static Optional<SearchTest> of(Condition<ContactTest> condition, ZoneId zone, Ids ids) {
        if (!(condition instanceof Condition.Test<ContactTest> one)) {
            return Optional.empty();
        }

        return switch (one.test()) {
            case FieldTest field -> of(field, zone);
            case ListTest list ->
                Optional.of(new SearchTest("inList", list.is() == Membership.MEMBER, null, ids.list(list.list())));
            default -> Optional.empty();
        };
    }

    private static Optional<SearchTest> of(FieldTest field, ZoneId zone) {
        ValueTest test = field.test();
        String comparison = comparison(test.operator());
        if (comparison == null
                || test.operands().size() != 1
                || test.form() != field.field().form()) {
            return Optional.empty();
        }

        boolean isText = test.form() == Form.TEXT;
        if (isText && !comparison.equals("eq") && !comparison.equals("neq")) {
            return Optional.empty();
        }

        return value(test.operands().getFirst(), zone)
                .map(value -> new SearchTest(field.field().key(), comparison, value, null));
    }

    private static @Nullable String comparison(ValueOperator operator) {
        return switch (operator) {
            case IS -> "eq";
            case IS_NOT -> "neq";
            case LT, BEFORE -> "lt";
            case LTE -> "lte";
            case GT, AFTER -> "gt";
            case GTE -> "gte";
            default -> null;
        };
    }

    private static Optional<String> value(Operand operand, ZoneId zone) {
        return switch (operand) {
            case Operand.Text text -> Optional.of(text.text());
            case Moment.Day day ->
                zone.normalized().equals(ZoneOffset.UTC)
                        ? Optional.of(day.date().toString())
                        : Optional.empty();
            case Moment.Exact exact ->
                Optional.of(exact.time())
                        .filter(time -> time.equals(time.truncatedTo(ChronoUnit.SECONDS)))
                        .map(SearchTest::second);
            default -> Optional.empty();
        };
    }

    private static String second(Instant time) {
        return SECOND.format(time);
    }
}
