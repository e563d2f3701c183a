package io.muster.directory;

import io.muster.directory.Verdict.Invalid;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;

/** What a directory, a list or a segment may be called. */
public final class Names {

    private static final int MAX_LENGTH = 255;

    private Names() {}

    /** The name as it is kept; a refusal when nothing may be called that. */
    public static String checked(String action, String name, Ids ids) {
        String trimmed = Fold.trim(name);
        if (trimmed.isEmpty()) {
            throw Refusal.invalid("INVALID_NAME", action + ": the name is blank. Give it a name.");
        }

        Invalid problem = PlainText.problem(trimmed, MAX_LENGTH, PlainText.Breaks.FORBIDDEN, "name");
        if (problem != null) {
            throw Refusal.invalid(
                    "INVALID_NAME", action + ": " + lowerFirst(problem.reason()) + " Choose another name.");
        }

        for (PublicId kind : PublicId.values()) {
            if (ids.read(kind, trimmed).isPresent()) {
                throw Refusal.invalid(
                        "INVALID_NAME", action + ": the name is the id of something else. Choose another name.");
            }
        }

        return trimmed;
    }

    /** What is wrong with a text that was to be the id or name of a thing with ids of that kind, and what to do. */
    public static String unknown(String thing, PublicId wanted, String text, Ids ids) {
        if (ids.isOfAnotherInstallation(text)) {
            return "that is an id of another installation. Give the " + thing + "'s id here (" + wanted.prefix()
                    + "…) or its name.";
        }

        for (PublicId kind : PublicId.values()) {
            if (kind != wanted && ids.read(kind, text).isPresent()) {
                return "that is the id of a "
                        + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ". Give the " + thing
                        + "'s own id (" + wanted.prefix() + "…) or its name.";
            }
        }

        return "there is no " + thing + " of that " + (ids.read(wanted, text).isPresent() ? "id" : "name") + ".";
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
