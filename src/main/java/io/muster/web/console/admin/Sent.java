package io.muster.web.console.admin;

import io.muster.app.DirectoryService;
import java.util.List;

/**
 * What was written for a new user or token, to be shown again when it was not right.
 *
 * @param may the roles or scopes
 */
record Sent(String name, List<String> may, Limits limits) {

    /** Nothing yet. */
    static Sent blank(DirectoryService directories) {
        return new Sent("", List.of(), Limits.all(directories));
    }
}
