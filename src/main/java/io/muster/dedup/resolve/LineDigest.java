package io.muster.dedup.resolve;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import io.muster.directory.ProfileLine;
import io.muster.directory.store.ContactColumns;
import io.muster.support.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SHA-256 of a contact's values, cut to 128 bits: nobody can make two contacts that have the same. The database makes it
 * of what is stored at that moment, so there is nothing that a change of a contact could leave behind. Values are hashed as
 * they are, with {@code U+0002} between two and {@code U+0001} for one that is absent: no value holds either. Not safe for use by
 * several threads.
 */
final class LineDigest {

    private static final byte ABSENT = 1;
    private static final byte SEPARATOR = 2;

    /** The digest as the database makes it of a contact's row: 16 bytes. */
    static final String SQL = Stream.concat(ContactField.ALL.stream().map(ContactColumns::of), Stream.of("embedded"))
            .map(column -> "IFNULL(" + column + ", X'01')")
            .collect(Collectors.joining(", X'02', ", "UNHEX(LEFT(SHA2(CONCAT(", "), 256), 32))"));

    private final MessageDigest digest = Sha256.digest();
    private byte[] plain = new byte[512];
    private final byte[] hash = new byte[32];

    /** Makes the digest of values. */
    void make(Profile values) {
        byte[] line = values.line();
        if (line.length > plain.length) {
            plain = new byte[2 * line.length];
        }

        digest.update(plain, 0, ProfileLine.plain(line, SEPARATOR, ABSENT, plain));
        try {
            var ignored = digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first half of the digest made last. */
    long high() {
        return number(0);
    }

    /** The other half. */
    long low() {
        return number(8);
    }

    private long number(int from) {
        long number = 0;
        for (int i = from; i < from + 8; i++) {
            number = number << 8 | (hash[i] & 0xFF);
        }

        return number;
    }
}
