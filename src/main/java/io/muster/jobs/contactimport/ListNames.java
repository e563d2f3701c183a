package io.muster.jobs.contactimport;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Fills in the name of a list that a run makes. */
final class ListNames {

    private ListNames() {}

    static String fill(String template, ImportWork work) {
        ZonedDateTime asOf = Instant.ofEpochMilli(work.lease().run().asOf())
                .atZone(work.directory().timeZone());
        return template.replace("{date}", asOf.format(DateTimeFormatter.ISO_LOCAL_DATE))
                .replace("{time}", asOf.format(DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)))
                .replace("{file}", work.fileName())
                .replace("{run}", work.lease().run().id());
    }
}
