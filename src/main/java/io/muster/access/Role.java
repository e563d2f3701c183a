package io.muster.access;

import io.muster.support.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a person may do; the same as the scope of a token of that meaning. */
public enum Role {
    /** Access contacts. */
    ACCESS(Scope.READ, "Access contacts"),
    /** Manage directories; contains access. */
    MANAGE(Scope.MANAGE, "Manage directory"),
    /** Operate runs and automations; sees no personal data. */
    OPERATE(Scope.OPERATE, "Operate"),
    /** Administer; contains all others. */
    ADMINISTER(Scope.ADMIN, "Administer");

    private final Scope scope;
    private final String title;

    Role(Scope scope, String title) {
        this.scope = scope;
        this.title = title;
    }

    /** Whether a person of this role may do what needs the other one. */
    public boolean contains(Role other) {
        return scope.contains(other.scope);
    }

    /** As it is written on a command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As pages write it. */
    public String title() {
        return title;
    }

    /** The role of that word. */
    public static Role of(String word) {
        return Arrays.stream(values())
                .filter(role -> role.word().equals(word.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                                "UNKNOWN_ROLE",
                                "Cannot use the role '%s': there is none of that name. Choose from %s."
                                        .formatted(
                                                word,
                                                Arrays.stream(values())
                                                        .map(Role::word)
                                                        .collect(Collectors.joining(", "))))
                        .with("field", "role"));
    }
}
