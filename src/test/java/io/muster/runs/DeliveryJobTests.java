package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.extract.FileSources;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.FolderSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.Fetchable;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Mapping;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** What happens to the file of a run: on its source, in the ledger, and to the files after it. */
class DeliveryJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_000L);

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final FileSources sources = FileSources.ofProcess(InstantSource.fixed(TIME));
    private ImportFixture imports;
    private AwaitedRuns runs;
    private Path inbox;
    private DirectoryFixture directory;
    private long automation;

    @BeforeEach
    void start() throws IOException {
        imports = new ImportFixture(database, folder);
        runs = imports.runs(ImportFixture.USUAL);
        inbox = Files.createDirectory(folder.resolve("inbox"));
        directory = DirectoryFixture.create(jdbc, "email");
        automation = imports.bean(Automations.class).number("nightly-" + directory.id());
    }

    @AfterEach
    void stop() {
        imports.close();
    }

    private SourceFile deliver(String name, String content) throws IOException {
        Path file = Files.writeString(inbox.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(TIME));
        return new SourceFile(file.toString(), Files.size(file), TIME);
    }

    private Run run(SourceFile file, DeliverySource source) {
        return run(automation, file, source, ImportFixture.spec(directory.id()));
    }

    private Run run(long automation, SourceFile file, DeliverySource source, ImportSpec spec) {
        return runs.run(
                new RunRequest.ImportDelivery(
                        automation, Listed.of(file), RunRequest.ImportDelivery.Known.LEAVE, spec, source),
                Progress.NONE);
    }

    private DeliverySource source(Chosen chosen, Disposal afterwards, @Nullable String archive) {
        return DeliverySource.of(
                sources, () -> new Fetchable.OnSource(new FolderSource(inbox), chosen, afterwards, archive));
    }

    private Deliveries.Delivery delivery(Run run) {
        return imports.bean(Deliveries.class).find(run.imported().delivery()).orElseThrow();
    }

    private List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileThatGoesAwayBeforeItIsFetchedHoldsNothingBack() throws IOException {
        SourceFile file = deliver("contacts.csv", "Email\na@x.org\n");
        DeliverySource source = DeliverySource.of(sources, () -> {
            try {
                Files.delete(inbox.resolve("contacts.csv"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }

            return new Fetchable.OnSource(new FolderSource(inbox), new Chosen(file, null, null), Disposal.LEFT, null);
        });

        Run run = run(file, source);

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.reason())
                .startsWith("Cannot fetch " + file.path() + " for run " + run.id())
                .endsWith("it changed or went away since it was listed. Nothing was imported; deliver the file again,"
                        + " or wait for the next run if it was still being written.");
        assertThat(delivery(run).state()).isEqualTo(Deliveries.State.GONE);
        assertThat(imports.bean(Automations.class).unfinished(automation)).isEmpty();
        assertThat(directory.count("contact")).isZero();
    }

    @Test
    void aFileThatComesBackIsTakenUpAsUsual() throws IOException {
        SourceFile file = deliver("contacts.csv", "Email\na@x.org\n");
        Files.delete(inbox.resolve("contacts.csv"));
        Run gone = run(file, source(new Chosen(file, null, null), Disposal.LEFT, null));
        assertThat(delivery(gone).state()).isEqualTo(Deliveries.State.GONE);

        imports.bean(Deliveries.class).fetched(gone.imported().delivery(), new byte[32], file.size());

        assertThat(delivery(gone).state()).isEqualTo(Deliveries.State.TAKEN);
        assertThat(imports.bean(Automations.class).unfinished(automation))
                .extracting(Run::id)
                .containsExactly(gone.id());
    }

    @Test
    void markerControlFileAndFileAreArchivedTogether() throws IOException {
        SourceFile file = deliver("contacts.csv", "Email\na@x.org\n");
        SourceFile marker = deliver("contacts.csv.done", "");
        SourceFile control = deliver("contacts.csv.ctl", "{\"rows\": 1}");

        Run run = run(file, source(new Chosen(file, marker, control), Disposal.ARCHIVE_PENDING, "done"));

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(names(inbox)).containsExactly("done");
        assertThat(names(inbox.resolve("done")))
                .containsExactly("contacts.csv", "contacts.csv.ctl", "contacts.csv.done");
        assertThat(delivery(run).disposal()).isEqualTo(Disposal.ARCHIVED);
        assertThat(delivery(run).archivedAs())
                .isEqualTo(inbox.resolve("done/contacts.csv").toString());
    }

    @Test
    void deletesAfterTheRunHasBalancedOnly() throws IOException {
        SourceFile control = deliver("contacts.csv.ctl", "{\"rows\": 7}");
        SourceFile file = deliver("contacts.csv", "Email\na@x.org\n");

        Run wrong = run(file, source(new Chosen(file, null, control), Disposal.DELETE_PENDING, null));

        assertThat(wrong.status()).isEqualTo(RunStatus.FAILED);
        assertThat(names(inbox)).containsExactly("contacts.csv", "contacts.csv.ctl");

        SourceFile next = deliver("next.csv", "Email\na@x.org\n");
        Run right = run(next, source(new Chosen(next, null, null), Disposal.DELETE_PENDING, null));
        assertThat(right.status()).as(right.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(names(inbox)).containsExactly("contacts.csv", "contacts.csv.ctl");
        assertThat(delivery(right).disposal()).isEqualTo(Disposal.DELETED);
    }

    @Test
    void theSamePathHereAndOnTheSourceIsTwoDeliveries() throws IOException {
        SourceFile file = deliver("contacts.csv", "Email\na@x.org\n");
        Listed here = Listed.local(Path.of(file.path()));
        Listed there = Listed.of(file);
        Deliveries deliveries = imports.bean(Deliveries.class);

        deliveries.enter(automation, here);

        assertThat(deliveries.newest(automation, there)).isEmpty();
        assertThat(deliveries.newest(automation, here).orElseThrow().listed()).isEqualTo(here);
        assertThat(deliveries.enter(automation, there).generation()).isEqualTo(1);
        assertThat(deliveries.enter(automation, there).generation()).isEqualTo(2);
    }

    /** Imports a file with this header and a row. */
    private Run imported(String name, String header, Mapping.Unmapped unmapped) throws IOException {
        SourceFile file = deliver(name, header + "\na@x.org" + ",".repeat(header.split(",").length - 1) + "\n");
        Mapping mapping = new Mapping(Map.of(), unmapped, List.of(), Map.of(), null, List.of());
        Run run = run(
                automation,
                file,
                source(new Chosen(file, null, null), Disposal.LEFT, null),
                ImportFixture.spec(directory.id(), spec -> spec.mapping(mapping)));
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    private List<String> warnings(Run run) {
        return imports.bean(JsonMapper.class)
                .readValue(run.report(), ImportReport.class)
                .warnings();
    }

    @Test
    void warnsOfColumnsThatVanishedOrAreNewSinceTheLastFile() throws IOException {
        Run first = imported("1.csv", "Email,City,Street", Mapping.Unmapped.EMBED);
        assertThat(warnings(first)).isEmpty();
        assertThat(warnings(imported("2.csv", "Email,Street,Town,LastName", Mapping.Unmapped.EMBED)))
                .containsExactly(
                        "Columns of the last file (run " + first.id() + ") that this file lacks: City.",
                        "Columns that the last file (run " + first.id()
                                + ") did not have: Town (embedded.Town), LastName (lastName).");
        assertThat(warnings(imported("3.csv", "LastName,Email,Town,Street,muster_row", Mapping.Unmapped.EMBED)))
                .as("in another order, with a reason column")
                .isEmpty();
    }

    @Test
    void warnsOfNewColumnsThatAreLeftOut() throws IOException {
        Run first = imported("1.csv", "Email,City", Mapping.Unmapped.IGNORE);
        Run second = imported("2.csv", "Email,Town", Mapping.Unmapped.IGNORE);
        assertThat(warnings(second))
                .containsExactly(
                        "Columns of the last file (run " + first.id() + ") that this file lacks: City.",
                        "Columns that the last file (run " + first.id() + ") did not have: Town (left out).");
        String many = IntStream.range(0, 25).mapToObj(i -> ",C" + i).collect(Collectors.joining());
        assertThat(warnings(imported("3.csv", "Email,Town" + many, Mapping.Unmapped.IGNORE)))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("Columns that the last file (run " + second.id() + ") did not have: C0 (left out), C1")
                .endsWith("C19 (left out) and 5 more.");
    }

    @Test
    void comparesWithCompletedFilesOfTheSameAutomationOnly() throws IOException {
        Run first = imported("1.csv", "Email,City", Mapping.Unmapped.IGNORE);
        SourceFile broken = deliver("broken.csv", "Email,City,Email\na@x.org,,\n");
        Chosen chosen = new Chosen(broken, null, null);
        assertThat(run(broken, source(chosen, Disposal.LEFT, null)).status()).isEqualTo(RunStatus.FAILED);
        SourceFile other = deliver("other.csv", "Email,Zip\na@x.org,\n");
        run(
                imports.bean(Automations.class).number("other-" + directory.id()),
                other,
                source(new Chosen(other, null, null), Disposal.LEFT, null),
                ImportFixture.spec(directory.id()));

        assertThat(warnings(imported("2.csv", "Email", Mapping.Unmapped.IGNORE)))
                .containsExactly("Columns of the last file (run " + first.id() + ") that this file lacks: City.");
    }

    @Test
    void refusesAPathThatTheLedgerCannotHold() {
        String path = "/inbox/" + "d".repeat(1_994);
        SourceFile file = new SourceFile(path, 1, TIME);

        assertThatThrownBy(() -> imports.bean(Deliveries.class).enter(automation, Listed.of(file)))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot take the file '" + path + "': its path has 2001 characters, more than the 2000"
                        + " allowed. Move it to a shorter path.");
    }
}
