package io.muster.segment.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Whether a regular expression can be used: RE2 syntax, and of a size that keeps the work for one value small. The time for
 * a value is bounded by its length times the size.
 */
final class RegexCheck {

    static final int LONGEST = 1_000;

    /** Steps a pattern may have once its counted repetitions are written out. */
    static final int MOST_STEPS = 2_000;

    private static final String FLAGS = "(?s)(?i)";

    private RegexCheck() {}

    /** What is wrong with a pattern; empty when nothing is. */
    static Optional<String> fault(String pattern) {
        if (pattern.length() > LONGEST) {
            return Optional.of("is longer than " + LONGEST + " characters. Split it, or use in, startsWith, endsWith");
        }

        // Before it is compiled: writing out nested repetitions could take all memory there is.
        if (steps(pattern) > MOST_STEPS) {
            return Optional.of("repeats too much: written out, it has more than " + MOST_STEPS
                    + " steps. Use smaller counts, or + and *");
        }

        try {
            return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
                                    .programSize()
                            > 4 * MOST_STEPS
                    ? Optional.of("is too large. Use smaller counts or fewer alternatives")
                    : Optional.empty();
        } catch (PatternSyntaxException invalid) {
            return Optional.of("is not a regular expression of RE2: " + invalid.getDescription() + " near “"
                    + written(invalid) + "”. Backreferences and look-arounds do not exist there");
        }
    }

    /** The part at fault, without the flags that compiling puts before the pattern. */
    private static String written(PatternSyntaxException invalid) {
        return invalid.getPattern().startsWith(FLAGS)
                ? invalid.getPattern().substring(FLAGS.length())
                : invalid.getPattern();
    }

    /** An upper bound of the steps: each character one, a repetition as often as it may repeat. */
    private static long steps(String pattern) {
        Deque<Long> outer = new ArrayDeque<>();
        long group = 0;
        long atom = 0;
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            int end = at + 1;
            if (c == '\\') {
                end = Math.min(at + 2, pattern.length());
                group += atom;
                atom = 1;
            } else if (c == '[') {
                end = classEnd(pattern, at);
                group += atom;
                atom = 1;
            } else if (c == '(') {
                outer.push(group + atom);
                group = 0;
                atom = 0;
            } else if (c == ')' && !outer.isEmpty()) {
                atom = group + atom + 1;
                group = outer.pop();
            } else if (c == '{' && repetitionEnd(pattern, at) > 0) {
                end = repetitionEnd(pattern, at);
                atom = Math.min(atom * most(pattern.substring(at + 1, end - 1)), Integer.MAX_VALUE);
            } else {
                group += atom;
                atom = 1;
            }

            at = end;
        }

        while (!outer.isEmpty()) {
            group += outer.pop();
        }

        return group + atom;
    }

    private static int classEnd(String pattern, int start) {
        int at = start + 1;
        if (at < pattern.length() && pattern.charAt(at) == '^') {
            at++;
        }

        if (at < pattern.length() && pattern.charAt(at) == ']') {
            at++;
        }

        while (at < pattern.length() && pattern.charAt(at) != ']') {
            at += pattern.charAt(at) == '\\' || pattern.startsWith("[:", at) ? 2 : 1;
            if (pattern.startsWith(":]", at)) {
                at += 2;
            }
        }

        return Math.min(at + 1, pattern.length());
    }

    /** The end of the repetition that begins there; 0 when it is none. */
    private static int repetitionEnd(String pattern, int start) {
        int end = pattern.indexOf('}', start);
        return end > 0 && pattern.substring(start + 1, end).matches("[0-9]{1,6}(,[0-9]{0,6})?") ? end + 1 : 0;
    }

    private static long most(String counts) {
        int comma = counts.indexOf(',');
        String last = comma < 0 || comma == counts.length() - 1 ? counts.replace(",", "") : counts.substring(comma + 1);
        return Math.max(Long.parseLong(last) + (comma == counts.length() - 1 ? 1 : 0), 1);
    }
}
