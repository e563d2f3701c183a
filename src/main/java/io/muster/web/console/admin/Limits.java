package io.muster.web.console.admin;

import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The choice of the directories that somebody or something is for: all, or only these.
 *
 * @param some whether only these
 */
record Limits(boolean some, List<Choice> directories) {

    private static final int MOST = 1_000;
    private static final String SOME = "some";

    /** With those chosen whose ids are given. */
    static Limits of(DirectoryService directories, boolean some, Set<String> chosen) {
        List<DirectoryView> all = directories.list(null, MOST).items();
        return new Limits(
                some,
                all.stream()
                        .map(one -> new Choice(one.id(), one.name(), chosen.contains(one.id())))
                        .toList());
    }

    /** What a form asked for, right or not. */
    static Limits sent(DirectoryService directories, String limit, List<String> chosen) {
        return of(directories, isSome(limit), new HashSet<>(chosen));
    }

    /** All of them. */
    static Limits all(DirectoryService directories) {
        return of(directories, false, Set.of());
    }

    private static boolean isSome(String limit) {
        return limit.equals(SOME);
    }

    /**
     * What the form asked for, as services take it: none for all.
     *
     * @param limit {@code all} or {@code some}
     * @throws Refusal when it is some, and none is chosen: that must not become all
     */
    static List<String> chosen(String limit, List<String> directories) {
        if (!isSome(limit)) {
            return List.of();
        }

        List<String> chosen = directories.stream().filter(one -> !one.isBlank()).toList();
        if (chosen.isEmpty()) {
            throw Refusal.invalid("NO_DIRECTORY", "Choose at least one directory, or all directories.")
                    .with("field", "limit");
        }

        return chosen;
    }
}
