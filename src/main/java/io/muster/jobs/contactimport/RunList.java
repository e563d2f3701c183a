package io.muster.jobs.contactimport;

import io.muster.directory.MailingList;
import io.muster.directory.store.MailingLists;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The mailing list that a run's contacts join; one that the run makes is made when its survey is sealed. */
final class RunList {

    private final ImportWork work;
    private final MailingLists lists;

    RunList(ImportWork work, MailingLists lists) {
        this.work = work;
        this.lists = lists;
    }

    /** The list's number; 0 for none, or for one that is still to be made. */
    int number() {
        return switch (work.spec().list()) {
            case ListTarget.None ignored -> 0;
            case ListTarget.Existing existing ->
                lists.find(work.directory().number(), existing.list()).number();
            case ListTarget.NewPerRun ignored ->
                lists.byRun(work.lease().run().number())
                        .map(MailingList::number)
                        .orElse(0);
        };
    }

    /** Makes the list where the run is to make one and has not done so yet. */
    void make() {
        if (work.spec().list() instanceof ListTarget.NewPerRun made) {
            lists.ofRun(
                    work.directory().number(),
                    name(made.name()),
                    work.lease().run().number());
        }
    }

    private String name(String template) {
        ZonedDateTime asOf = Instant.ofEpochMilli(work.lease().run().moment())
                .atZone(work.directory().timeZone());
        return template.replace("{date}", asOf.format(DateTimeFormatter.ISO_LOCAL_DATE))
                .replace("{time}", asOf.format(DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)))
                .replace("{file}", work.fileName())
                .replace("{run}", work.lease().run().id());
    }
}
