package io.muster.jobs.undo;

import io.muster.directory.store.Audit;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.ListUses;
import io.muster.jobs.RunLedger;
import io.muster.support.Ids;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Where undos read and write. */
public record UndoStores(
        JdbcClient jdbc,
        PlatformTransactionManager transactions,
        RunLedger runs,
        MailingLists lists,
        ListUses uses,
        JsonMapper json,
        InstantSource clock,
        Ids ids) {

    /** The audit log. */
    Audit audit() {
        return new Audit(jdbc, clock);
    }

    /** An undo that was given up and those before it, the last one first. */
    List<Long> undosUpTo(@Nullable Long last) {
        List<Long> undos = new ArrayList<>();
        Long undo = last;
        while (undo != null) {
            undos.add(undo);
            undo = runs.find(undo)
                    .map(run -> json.readValue(run.spec(), UndoSpec.class).after())
                    .orElse(null);
        }

        return undos;
    }

    /** The ledger of undos. */
    public UndoLedger ledger() {
        return new UndoLedger(jdbc, clock);
    }
}
