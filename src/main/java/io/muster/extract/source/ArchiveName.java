package io.muster.extract.source;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names in an archive folder: the name itself, then with the time in UTC, then with a number too. */
public final class ArchiveName {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Names that are tried; a need for more within one second means that something else is wrong. */
    public static final int CANDIDATES = 1000;

    private ArchiveName() {}

    /** The n-th name to try for a file, from 0: {@code a.csv}, {@code a.20260103T020000Z.csv}, {@code a.….2.csv}. */
    public static String candidate(String name, Instant now, int n) {
        if (n == 0) {
            return name;
        }

        int dot = suffixStart(name);
        String number = n == 1 ? "" : "." + n;
        return name.substring(0, dot) + "." + STAMP.format(now) + number + name.substring(dot);
    }

    /** Where {@code .csv} or {@code .csv.gz} begins. */
    private static int suffixStart(String name) {
        int last = name.lastIndexOf('.');
        if (last <= 0) {
            return name.length();
        }

        String suffix = name.substring(last).toLowerCase(Locale.ROOT);
        int before = name.lastIndexOf('.', last - 1);
        boolean packed =
                suffix.equals(".gz") || suffix.equals(".zip") || suffix.equals(".pgp") || suffix.equals(".gpg");
        return packed && before > 0 ? before : last;
    }
}
