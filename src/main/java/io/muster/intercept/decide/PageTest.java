package io.muster.intercept.decide;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.muster.support.Refusal;
import java.util.Locale;

/** A test of the page or device on which an intercept would be shown. Without what it looks at, it is false. */
public sealed interface PageTest {

    /**
     * A test of the page's whole address, compared exactly, case included.
     *
     * @param operator how it compares
     * @param value what with; for {@link UrlOperator#MATCHES} a regular expression (RE2) for the whole address
     */
    record Url(UrlOperator operator, String value) implements PageTest {

        /** Checks the regular expression. */
        public Url {
            if (operator == UrlOperator.MATCHES) {
                try {
                    Pattern.compile(value);
                } catch (PatternSyntaxException e) {
                    throw Refusal.invalid(
                            "INVALID_PAGE_CONDITION",
                            "Cannot read the page condition: '%s' is no regular expression (%s). Write it in the syntax of RE2."
                                    .formatted(value, e.getDescription()));
                }
            }
        }
    }

    /**
     * A test of the device.
     *
     * @param device the device it is for
     */
    record OnDevice(Device device) implements PageTest {}

    /** How an address is compared. */
    enum UrlOperator {
        /** The value is anywhere in it. */
        CONTAINS("contains"),
        /** It begins with the value. */
        STARTS_WITH("startsWith"),
        /** It ends with the value. */
        ENDS_WITH("endsWith"),
        /** It is the value. */
        IS("is"),
        /** The whole of it matches the value. */
        MATCHES("matches");

        private final String word;

        UrlOperator(String word) {
            this.word = word;
        }

        /** The word in files. */
        public String word() {
            return word;
        }
    }

    /** What the visitor uses. */
    enum Device {
        /** A telephone. */
        MOBILE,
        /** A tablet. */
        TABLET,
        /** A desktop or laptop computer. */
        DESKTOP;

        /** The word in files and calls. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The test as a decision uses it. */
    default Tree.Check<DecisionCall> check() {
        return switch (this) {
            case OnDevice on -> call -> call.device() == on.device();
            case Url test -> {
                Tree.Check<String> check = check(test.operator(), test.value());
                yield call -> {
                    String url = call.url();
                    return url != null && check.holds(url);
                };
            }
        };
    }

    private static Tree.Check<String> check(UrlOperator operator, String value) {
        return switch (operator) {
            case CONTAINS -> url -> url.contains(value);
            case STARTS_WITH -> url -> url.startsWith(value);
            case ENDS_WITH -> url -> url.endsWith(value);
            case IS -> url -> url.equals(value);
            case MATCHES -> Pattern.compile(value)::matches;
        };
    }
}
