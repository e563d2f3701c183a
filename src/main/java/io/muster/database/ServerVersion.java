package io.muster.database;

import io.muster.support.Refusal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which server we talk to.
 *
 * @param product MySQL or MariaDB
 * @param major first number of its version
 * @param minor second number of its version
 */
public record ServerVersion(Product product, int major, int minor) {

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)");
    // What replication compatibility made some MariaDB servers put in front of their version.
    private static final String PREFIX = "5.5.5-";

    /** The two families of servers. */
    public enum Product {
        /** MySQL 8.4 or later. */
        MYSQL,
        /** MariaDB 10.11 or later. */
        MARIADB
    }

    /** Reads what {@code SELECT VERSION()} answered; refuses a server that is too old. */
    static ServerVersion of(String text, String where) {
        String plain = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        Matcher matcher = NUMBERS.matcher(plain);
        if (!matcher.lookingAt()) {
            throw tooOld(text, where);
        }

        ServerVersion version = new ServerVersion(
                text.contains("MariaDB") ? Product.MARIADB : Product.MYSQL,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)));
        boolean enough = switch (version.product) {
            case MYSQL -> version.isAtLeast(8, 4);
            case MARIADB -> version.isAtLeast(10, 11);
        };
        if (!enough) {
            throw tooOld(text, where);
        }

        return version;
    }

    /** Whether it is this version or a later one. */
    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    private static Refusal tooOld(String text, String where) {
        return Refusal.failed(
                "Cannot use the database at %s: its version is %s. Use MySQL 8.4 or later, or MariaDB 10.11 or later."
                        .formatted(where, text));
    }
}
