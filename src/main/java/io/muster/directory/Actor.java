package io.muster.directory;

/**
 * Who does something: every request carries one, and every act is entered in the audit log under it.
 *
 * @param kind through which door the actor came
 * @param name the account of the command line, the user's name, the token's label, the automation's id, or the part of
 *     Muster that acts by itself; longer ones are cut to 255 code points
 */
public record Actor(Kind kind, String name) {

    private static final int LONGEST_NAME = 255;

    /** Through which door an actor comes. */
    public enum Kind {
        /** A person at the command line. */
        COMMAND_LINE,
        /** A person who is logged in. */
        USER,
        /** A program with an API token. */
        TOKEN,
        /** A job file that runs by its schedule or by a poll. */
        AUTOMATION,
        /** Muster itself. */
        SYSTEM
    }

    public Actor {
        if (name.codePointCount(0, name.length()) > LONGEST_NAME) {
            name = name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME));
        }
    }

    /** A person at the command line. */
    public static Actor commandLine(String account) {
        return new Actor(Kind.COMMAND_LINE, account);
    }

    /** A program with the token of that name. */
    public static Actor token(String name) {
        return new Actor(Kind.TOKEN, name);
    }

    /** Muster itself. */
    public static Actor system(String part) {
        return new Actor(Kind.SYSTEM, part);
    }

    /** The actor as one text for a person, for example {@code anna (command line)}. */
    public String text() {
        return switch (kind) {
            case COMMAND_LINE -> name + " (command line)";
            case TOKEN -> name + " (token)";
            case USER, AUTOMATION, SYSTEM -> name;
        };
    }
}
