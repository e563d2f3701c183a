package io.muster.intercept.decide;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens that make a decision say its reasons, for one project and some hours. They are verified with the key that the
 * project's definitions hold, so an evaluator needs nobody for it. The form is {@code ZN_….EXPIRES.SIGNATURE}, where the
 * end is in epoch seconds.
 */
public final class DebugToken {

    private static final Pattern FORM = Pattern.compile("(ZN_[0-9A-Za-z]{15})\\.(\\d{1,12})\\.([0-9a-f]{64})");

    private DebugToken() {}

    /**
     * A new token.
     *
     * @param project the project's public id
     * @param expires when it ends, epoch seconds
     * @param key the project's key of debug tokens
     */
    public static String issue(String project, long expires, String key) {
        String content = project + "." + expires;
        return content + "." + new Signatures(key).of(content);
    }

    /**
     * Whether a token is one of a project and has not ended.
     *
     * @param now epoch milliseconds
     */
    public static boolean isValid(String token, ProjectDefinition project, long now) {
        Matcher form = FORM.matcher(token);
        return form.matches()
                && form.group(1).equals(project.id())
                && new Signatures(project.debugKey()).verify(form.group(1) + "." + form.group(2), form.group(3))
                && now < Long.parseLong(form.group(2)) * 1_000;
    }
}
