package io.muster.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.undo.UndoLedger;
import io.muster.runs.AwaitedRuns;
import io.muster.runs.ImportFixture;
import io.muster.runs.RunRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What the undo of an import answers. */
class RunUndosJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path folder;

    @Test
    void anUndoThatWasStoppedBeforeItsFirstBlockSaysWhatItIsTheUndoOf() {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        try (ImportFixture imports = new ImportFixture(database, folder)) {
            Run run = imports.load(
                    imports.file("ExternalDataReference\nA\n"),
                    ImportFixture.spec(directory.id()),
                    ImportFixture.USUAL);
            AwaitedRuns stopping = imports.runs(ImportFixture.USUAL);
            RunUndos undos =
                    new RunUndos(stopping.service(), imports.bean(UndoLedger.class), new JsonMapper(), database.ids());
            stopping.stopAll();

            Run undo = stopping.run(new RunRequest.Undo(run.number()), Progress.NONE);

            assertThat(undos.answer(undo))
                    .isEqualTo(new UndoAnswer(undo.id(), "undo", run.id(), RunStatus.STOPPED, 0, 0, List.of()));
        }
    }
}
