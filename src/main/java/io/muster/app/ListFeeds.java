package io.muster.app;

import io.muster.directory.MailingList;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Which imports fed a list. */
public final class ListFeeds {

    /** How many imports of the directory are looked at. */
    public static final int LATEST = 50;

    private final RunViews runs;
    private final MailingLists lists;
    private final JsonMapper json;

    ListFeeds(RunViews runs, MailingLists lists, JsonMapper json) {
        this.runs = runs;
        this.lists = lists;
        this.json = json;
    }

    /** The last import into a list, if it is among the latest of its directory. */
    public Optional<RunView> last(String directory, MailingList list) {
        RunSearch imports = new RunSearch(directory, null, RunKind.CONTACT_IMPORT, null, LATEST);
        return runs.rows(imports, null).items().stream()
                .filter(view -> !view.dryRun() && isInto(view.run(), list))
                .findFirst();
    }

    private boolean isInto(Run run, MailingList list) {
        return switch (json.readValue(run.spec(), ImportSpec.class).list()) {
            case ListTarget.None ignored -> false;
            case ListTarget.Existing existing ->
                existing.list().equals(list.id()) || existing.list().equals(list.name());
            case ListTarget.NewPerRun ignored ->
                lists.byRun(run.number())
                        .filter(made -> made.number() == list.number())
                        .isPresent();
        };
    }
}
